import { stderr } from 'node:process';
import { openModel } from '../src/diffusion/model.ts';
import { passes } from '../src/parity/check.ts';
import { compareWithReference } from '../src/parity/parity.ts';
import { readReference } from '../src/parity/reference.ts';
import { paritySummary, parityTable } from '../src/parity/table.ts';
import { attempt } from '../src/result.ts';
import { createRuntime } from '../src/runtime/session.ts';
import { duration, type ProgressLine, progressLine } from './support/progress-line.ts';

const usage = `npm run parity -- MODEL_DIR REFERENCE
Compares the engine with values that another implementation computed from the same model: MODEL_DIR is a diffusers-style
ONNX folder, REFERENCE a safetensors file. Ends with status 1 where something is off.
`;

async function parity(modelFolder: string, referenceFile: string, progress: ProgressLine): Promise<void> {
  const started = performance.now();
  progress.update(0, 'opening the model');
  const reference = await readReference(referenceFile);
  const model = await openModel(createRuntime(), modelFolder);
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

const [modelFolder, referenceFile, ...rest] = process.argv.slice(2);
if (modelFolder === undefined || referenceFile === undefined || rest.length > 0) {
  stderr.write(usage);
  process.exit(2);
}
const progress = progressLine('parity');
const outcome = await attempt(() => parity(modelFolder, referenceFile, progress));
if (!outcome.ok) {
  progress.end('stopped');
  console.error(outcome.problem.message);
  process.exitCode = 1;
}
