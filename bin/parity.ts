import { stderr } from 'node:process';
import { openModel } from '../src/diffusion/model.ts';
import { passes } from '../src/parity/check.ts';
import { compareWithReference } from '../src/parity/parity.ts';
import { readReference } from '../src/parity/reference.ts';
import { paritySummary, parityTable } from '../src/parity/table.ts';
import { ProblemError } from '../src/result.ts';
import { createRuntime } from '../src/runtime/session.ts';
import { duration, progressLine } from './support/progress-line.ts';

const usage = `npm run parity -- MODEL_DIR REFERENCE
Compares the engine with values that another implementation computed from the same model: MODEL_DIR is a diffusers-style
ONNX folder, REFERENCE a safetensors file. Ends with status 1 where something is off.
`;

async function parity(modelFolder: string, referenceFile: string): Promise<void> {
  const started = performance.now();
  const progress = progressLine('parity');
  progress.update(0, 'opening the model');
  const reference = await readReference(referenceFile);
  const model = await openModel(createRuntime(), modelFolder);
  const comparisons = await compareWithReference(model, reference, (check, share) =>
    progress.update(share, check),
  );
  await model.release();
  if (stderr.isTTY) progress.end('');
  console.log(parityTable(comparisons));
  const unread = reference.unread();
  if (unread.length > 0) console.log(`Not looked at in the reference: ${unread.join(', ')}`);
  console.log(`\n${paritySummary(comparisons)}. ${duration((performance.now() - started) / 1000)}.`);
  if (!comparisons.every(({ outcome }) => passes(outcome))) process.exitCode = 1;
}

const [modelFolder, referenceFile, ...rest] = process.argv.slice(2);
if (modelFolder === undefined || referenceFile === undefined || rest.length > 0) {
  stderr.write(usage);
  process.exit(2);
}
parity(modelFolder, referenceFile).catch((error: unknown) => {
  if (!(error instanceof ProblemError)) throw error;
  console.error(error.problem.message);
  process.exit(1);
});
