import { basename } from 'node:path';
import type { Engine, ModelDescription } from '../../src/engine/protocol.ts';
import { raise } from '../../src/result.ts';
import type { Settings } from '../../src/settings/settings.ts';
import { idleGpu } from './idle-gpu.ts';

/**
 * Says what the model is, and returns it; undefined where no engine has told. Raises where it cannot be used, which is better heard of now than at
 * the first command. Warns of a GPU that is not used for want of its libraries.
 */
export async function introduce(
  engine: Pick<Engine, 'describe'>,
  { modelDir, provider }: Pick<Settings, 'modelDir' | 'provider'>,
  unused: typeof idleGpu = idleGpu,
): Promise<ModelDescription | undefined> {
  const warning = await unused({ provider });
  if (warning !== undefined) console.error(`Warning: ${warning}`);
  const name = basename(modelDir);
  console.log(`Opening the model ${name} …`);
  const model = await engine.describe(modelDir);
  if (model.ok) {
    const { pixels, parameters } = model.value;
    const millions = (parameters / 1e6).toLocaleString('en-US', { maximumSignificantDigits: 2 });
    console.log(`It draws ${pixels.width} × ${pixels.height} pixels with ${millions} million weights.`);
  } else if (model.problem.code === 'engine-down') console.error(model.problem.message);
  else raise(model.problem.code, `The model in ${modelDir} cannot be used. ${model.problem.message}`);
  return model.ok ? model.value : undefined;
}
