import type { Model } from '../../../src/diffusion/model.ts';
import type { TaughtModel } from '../../../src/diffusion/taught-model.ts';
import type { ConceptWeights } from '../../../src/personalize/concept-file.ts';
import type { Learned, Lesson, Method } from '../../../src/personalize/method.ts';
import { createCLora } from '../../../src/personalize/methods/c-lora.ts';
import { createCns } from '../../../src/personalize/methods/cns.ts';
import { createCustomDiffusion } from '../../../src/personalize/methods/custom-diffusion.ts';
import { createMixOfShow } from '../../../src/personalize/methods/mix-of-show.ts';
import { createOrthogonalAdaptation } from '../../../src/personalize/methods/orthogonal-adaptation.ts';
import { createTextualInversion } from '../../../src/personalize/methods/textual-inversion.ts';
import { plainHooks, tinyLesson } from '../tiny.ts';

/** Every method, with batches that a tiny model is soon through with. */
export const small: readonly Method[] = [
  createCLora({ batch: 2 }),
  createCns({ batch: 2 }),
  createCns({ batch: 2, reach: 'everywhere', disjoint: true }, 'cns-everywhere'),
  createCustomDiffusion({ batch: 4, variants: 4, priorPictures: 2, drawingSteps: 2 }),
  createMixOfShow({ batch: 2 }),
  createOrthogonalAdaptation({ batch: 2 }),
  createTextualInversion({ batch: 2 }),
];

export const smallMethods = new Map(small.map((method) => [method.name, method]));

/** Teaches a tiny lesson, and gives the model as it was at the end. */
export async function taughtBy(
  method: Method,
  base: Model,
  change: Partial<Lesson> = {},
  earlier: readonly ConceptWeights[] = [],
): Promise<Learned & { readonly model: TaughtModel }> {
  let model: TaughtModel | undefined;
  const lesson = { ...tinyLesson(base, earlier), ...change };
  const learned = await method.teach(lesson, {
    ...plainHooks,
    onStep(_step, _steps, _loss, sofar) {
      model = sofar;
    },
  });
  return { ...learned, model: model as TaughtModel };
}
