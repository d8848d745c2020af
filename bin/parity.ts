import { stderr } from 'node:process';
import { parseArgs } from 'node:util';
import { openModel } from '../src/diffusion/model.ts';
import { passes } from '../src/parity/check.ts';
import { compareWithReference } from '../src/parity/parity.ts';
import { readReference } from '../src/parity/reference.ts';
import { paritySummary, parityTable } from '../src/parity/table.ts';
import { attempt } from '../src/result.ts';
import { openRuntime } from '../src/runtime/provider.ts';
import { duration, type ProgressLine, progressLine } from './support/progress-line.ts';

const usage = `npm run parity -- MODEL_DIR REFERENCE [--provider cuda]
Compares the engine with values that another implementation computed from the same model: MODEL_DIR is a diffusers-style
ONNX folder, REFERENCE a safetensors file, whose keys docs/models.md tells. On the CPU, or on a GPU in float32 without TF32. Ends with status 1 where something is off.
`;

interface ParityOptions {
  readonly modelFolder: string;
  readonly referenceFile: string;
  readonly provider: 'cpu' | 'cuda';
  readonly progress: ProgressLine;
}

async function parity({ modelFolder, referenceFile, provider, progress }: ParityOptions): Promise<void> {
  const started = performance.now();
  progress.update(0, 'opening the model');
  const reference = await readReference(referenceFile);
  // NVIDIA's libraries read it when they are loaded, which is when a runtime is first opened on a GPU.
  process.env.NVIDIA_TF32_OVERRIDE = '0';
  const { runtime } = await openRuntime(provider, { precision: 'float32' });
  const model = await openModel(runtime, modelFolder);
  const comparisons = await compareWithReference(model, reference, (check, share) =>
    progress.update(share, check),
  );
  await model.release();
  progress.end(`${comparisons.length} comparisons`);
  const sound = comparisons.every(({ outcome }) => passes(outcome));
  const unused = sound ? reference.unread() : [];
  console.log(parityTable(comparisons));
  if (unused.length > 0) console.log(`Nothing looks at these keys of the reference: ${unused.join(', ')}`);
  console.log(`${paritySummary(comparisons)}. ${duration((performance.now() - started) / 1000)}.`);
  if (!sound) process.exitCode = 1;
}

function parsed() {
  try {
    const options = { provider: { type: 'string', default: 'cpu' } } as const;
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const [modelFolder, referenceFile, ...rest] = positionals;
    const { provider } = values;
    if (modelFolder === undefined || referenceFile === undefined || rest.length > 0) return undefined;
    return provider === 'cpu' || provider === 'cuda' ? { modelFolder, referenceFile, provider } : undefined;
  } catch {
    return undefined;
  }
}

const options = parsed();
if (options === undefined) {
  stderr.write(usage);
  process.exit(2);
}
const progress = progressLine('parity');
const outcome = await attempt(() => parity({ ...options, progress } as ParityOptions));
if (!outcome.ok) {
  progress.end('stopped');
  console.error(outcome.problem.message);
  process.exitCode = 1;
}
