import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Model } from '../../../../src/diffusion/model.ts';
import { float32 } from '../../../../src/onnx/tensor.ts';
import { lessonModel } from '../../../../src/personalize/lesson-model.ts';
import type { Lesson } from '../../../../src/personalize/method.ts';
import { type ImportanceName, importances } from '../../../../src/personalize/neurons/importances/index.ts';
import { type Effect, summedEffects } from '../../../../src/personalize/neurons/importances/measured.ts';
import type { Batch } from '../../../../src/personalize/training/batches.ts';
import { madeUpConcept, openTiny, plainHooks, tinyLesson } from '../../tiny.ts';

/** What the page says of each. */
const formulas = {
  'first-order': (gradient, weight) => Math.abs(gradient * weight),
  'squared-gradient': (gradient) => gradient ** 2,
} satisfies Partial<Record<ImportanceName, Effect>>;

test('effects are summed weight by weight over all batches of all sources', async () => {
  const weights = new Map([['head', Float32Array.of(1, -2, 0.5)]]);
  const gradients = [
    [1, 2, 3],
    [-4, 5, 6],
    [7, -8, 9],
    [10, 11, -12],
  ];
  let step = 0;
  const training = {
    step: async () => ({
      loss: 0,
      prediction: float32([1]),
      gradients: {
        embeddings: float32([1]),
        weights: new Map([['head', Float32Array.from(gradients[step++] as number[])]]),
      },
    }),
  };
  const source = { next: () => ({}) as Batch };
  const sums = async (effect: Effect) => {
    step = 0;
    const made = await summedEffects(weights, [source, source], training, effect, plainHooks, 2);
    return [...(made.get('head') ?? [])];
  };
  expect(await sums(formulas['first-order'])).toEqual([22, 52, 15]);
  expect(await sums(formulas['squared-gradient'])).toEqual([166, 214, 270]);
});

describe.each(Object.entries(formulas))('%s', (name, effect) => {
  let base: Model;
  let lesson: Lesson;
  const steps: { readonly gradients: ReadonlyMap<string, Float32Array> }[] = [];
  const told: unknown[] = [];
  let open = 0;
  beforeAll(async () => {
    base = await openTiny();
    lesson = tinyLesson(base, [madeUpConcept(base, 1, [base.heads[0]!.name])]);
  });
  afterAll(() => base.release());

  test('is what the gradients of the taught pictures, and of those recalled, say of every weight', async () => {
    const { trunk, textSide } = base;
    const watched: Model = {
      ...base,
      trunk: {
        ...trunk,
        async training(shape) {
          open++;
          const training = await trunk.training(shape);
          return { ...training, release: () => training.release().then(() => void open--) };
        },
      },
      textSide: {
        ...textSide,
        async backward(batch, tokens) {
          const reverse = await textSide.backward(batch, tokens);
          return {
            ...reverse,
            async gradients(embeddings, weights, cotangents) {
              const first = Object.values(cotangents).every(({ dims, data }) => {
                const [, positions = 0, out = 0] = dims;
                return (data as Float32Array).every(
                  (value, i) => Math.floor(i / out) % positions > 0 || value === 0,
                );
              });
              expect(first).toBe(true);
              const made = await reverse.gradients(embeddings, weights, cotangents);
              steps.push({ gradients: made.weights });
              return made;
            },
          };
        },
      },
    };
    const model = lessonModel({ ...lesson, model: { ...lesson.model, base: watched } });
    const { concept, general } = await importances[name as keyof typeof formulas]({
      lesson: { ...lesson, model: { ...lesson.model, base: watched } },
      model,
      options: { positions: 'words', coverageRisk: 0, batch: 2 },
      hooks: { ...plainHooks, onPreparing: (...what) => told.push(what) },
    });
    expect(open).toBe(0);
    // Twelve batches of the lesson, of the class and of the earlier concept.
    expect(steps).toHaveLength(36);
    const sumOf = (own: typeof steps, head: string) => {
      const matrix = model.weights.get(head)!;
      return matrix.map((weight, i) =>
        own.reduce((sum, { gradients }) => sum + effect(gradients.get(head)![i]!, weight), 0),
      );
    };
    for (const head of base.heads) {
      const all = new Uint8Array(head.inFeatures * head.outFeatures).fill(1);
      expect(concept.magnitudes(head, all)).toEqual(sumOf(steps.slice(0, 12), head.name));
      expect((await general()).magnitudes(head, all)).toEqual(sumOf(steps.slice(12), head.name));
    }
    expect(concept.norms).toEqual([new Float32Array(base.embeddings.width).fill(1)]);
    expect(told.filter((what) => `${what}`.startsWith('recalling'))).toHaveLength(8 + 8);
  });
});
