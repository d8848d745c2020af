import type { Model } from '../diffusion/model.ts';
import { openTraining, type Training } from '../diffusion/training/training.ts';
import { type Check, type Comparison, failed, type Scene, skipped } from './check.ts';
import { autoencoder } from './checks/autoencoder.ts';
import { gradients } from './checks/gradients.ts';
import { maskedTraining } from './checks/masked-training.ts';
import { samplers } from './checks/samplers.ts';
import { textStates } from './checks/text-states.ts';
import { unet } from './checks/unet.ts';
import type { Reference } from './reference.ts';

/** In the order in which they run: an error in one shows in those after it. */
const checks: readonly Check[] = [textStates, unet, autoencoder, gradients, maskedTraining, samplers];

/**
 * Holds a model against a reference, comparison by comparison.
 * @param onCheck hears of each check before it runs, with the share of checks that are done
 */
export async function compareWithReference(
  model: Model,
  reference: Reference,
  onCheck: (name: string, share: number) => void = () => {},
): Promise<readonly Comparison[]> {
  const trainings = new Map<number, Promise<Training>>();
  const scene: Scene = {
    model,
    reference,
    training(batch) {
      const training = trainings.get(batch) ?? openTraining(model, batch);
      trainings.set(batch, training);
      return training;
    },
  };
  const comparisons: Comparison[] = [];
  for (const [done, check] of checks.entries()) {
    onCheck(check.name, done / checks.length);
    for await (const comparison of runCheck(check, scene)) comparisons.push(comparison);
  }
  for (const training of await Promise.allSettled(trainings.values())) {
    if (training.status === 'fulfilled') await training.value.release();
  }
  return comparisons;
}

async function* runCheck(check: Check, scene: Scene): AsyncIterable<Comparison> {
  if (check.optional?.every((beginning) => scene.reference.under(beginning).length === 0)) {
    yield skipped(check.name, 'not in the reference');
    return;
  }
  try {
    yield* check.run(scene);
  } catch (error) {
    yield failed(check.name, error instanceof Error ? error.message : String(error));
  }
}
