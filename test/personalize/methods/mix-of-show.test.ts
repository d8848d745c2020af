import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attentionLayers, embedForLayer } from '../../../src/diffusion/layered-text.ts';
import type { Model } from '../../../src/diffusion/model.ts';
import { templates } from '../../../src/personalize/captions/template.ts';
import { compose } from '../../../src/personalize/compose.ts';
import { type ConceptWeights, layered } from '../../../src/personalize/concept-file.ts';
import { withConcepts } from '../../../src/personalize/concepts.ts';
import { plusDelta, plusDeltas } from '../../../src/personalize/deltas.ts';
import { type Matrix, matrix, product, transpose } from '../../../src/personalize/linear-algebra.ts';
import { createMixOfShow, fusionRidge, leastChange } from '../../../src/personalize/methods/mix-of-show.ts';
import { createRandom } from '../../../src/random.ts';
import { normals } from '../head.ts';
import { bits, madeUpConcept, openTiny, plainHooks } from '../tiny.ts';
import { smallMethods, taughtBy } from './small.ts';

const random = createRandom(4);
const normalMatrix = (rows: number, columns: number) =>
  matrix(rows, columns, Array.from({ length: rows * columns }, random.normal));

/** The walk down ‖X·D − R‖² from D = 0 until it ends, which is at the smallest of all D that have the least. */
function walkedDown(x: Matrix, r: Matrix): Matrix {
  const d = matrix(x.columns, r.columns);
  for (let step = 0; step < 200_000; step++) {
    const error = product(x, d);
    error.values.forEach((value, i) => {
      error.values[i] = value - r.values[i]!;
    });
    const slope = product(transpose(x), error);
    d.values.forEach((value, i) => {
      d.values[i] = value - 0.03 * slope.values[i]!;
    });
    if (Math.max(...slope.values.map(Math.abs)) < 1e-10) break;
  }
  return d;
}

const sumOfSquares = (values: Iterable<number>) =>
  Array.from(values).reduce((sum, value) => sum + value * value, 0);

describe('the fusion of a layer', () => {
  test.each([
    ['more texts than inputs, which cannot all be met', 9, 4],
    ['fewer texts than inputs, which many matrices meet', 3, 6],
  ])('is where a walk from the base model ends: %s', (_, rows, columns) => {
    const [x, r] = [normalMatrix(rows, columns), normalMatrix(rows, 2)];
    const walked = walkedDown(x, r);
    leastChange(x, r, 1e-6).values.forEach((value, i) => {
      expect(Math.abs(value - walked.values[i]!)).toBeLessThan(1e-4);
    });
  });
});

describe('concepts', () => {
  let base: Model;
  let concepts: readonly ConceptWeights[];
  beforeAll(async () => {
    base = await openTiny();
    concepts = [1, 2].map((nth) => ({
      ...madeUpConcept(base, nth, []),
      ...layered(
        attentionLayers(base.heads).map((_, layer) => normals(10 * nth + layer, base.embeddings.width)),
      ),
      method: 'mix-of-show',
      deltas: new Map(
        base.heads.map((head, i) => {
          const up = normals(200 * nth + i, 4 * head.outFeatures).map((value) => 0.1 * value);
          return [head.name, { rank: 4, down: normals(300 * nth + i, 4 * head.inFeatures), up }];
        }),
      ),
    }));
  });
  afterAll(() => base.release());

  test('one alone keeps the matrices that it was trained to', async () => {
    const { model } = await compose(base, concepts.slice(0, 1), smallMethods, plainHooks);
    const own = plusDeltas(base.baseWeights, base.heads, concepts.slice(0, 1));
    for (const [name, values] of own)
      expect(bits(model.weights.get(name) as Float32Array)).toEqual(bits(values));
  });

  test('two fused do to the texts of each what its own matrices did, as well as any matrix can that is as near to the base', async () => {
    const { model } = await compose(base, concepts, smallMethods, plainHooks);
    for (const [layer, heads] of attentionLayers(base.heads).entries()) {
      for (const head of heads) {
        /** Σ over both concepts of ‖X·W_own − X·W‖², X read from the token on as this layer reads it, and ε·‖W − W_0‖². */
        const error = async (weights: Float32Array) => {
          const start = base.baseWeights.get(head.name)!;
          let [sum, squares] = [0, 0];
          for (const concept of concepts) {
            const own = plusDelta(base.baseWeights.get(head.name)!, head, concept.deltas.get(head.name)!);
            const gap = matrix(
              head.inFeatures,
              head.outFeatures,
              own.map((value, i) => value - weights[i]!),
            );
            for (const text of templates(concept)) {
              const encoding = model.tokenizer.encode(text);
              const { data } = await base.textSide.states(embedForLayer(model, [encoding], layer));
              const from = encoding.ids.indexOf(model.tokenizer.addToken(concept.token));
              const rows = matrix(
                encoding.ids.length - from,
                head.inFeatures,
                (data as Float32Array).slice(from * head.inFeatures),
              );
              sum += sumOfSquares(product(rows, gap).values);
              squares += sumOfSquares(rows.values);
            }
          }
          const nearness = sumOfSquares(weights.map((value, i) => value - start[i]!));
          return sum + ((fusionRidge * squares) / head.inFeatures) * nearness;
        };
        const fused = model.weights.get(head.name) as Float32Array;
        const least = await error(fused);
        expect(least).toBeLessThan(0.8 * (await error(base.baseWeights.get(head.name)!)));
        const nudge = normals(5, fused.length);
        for (const by of [-0.01, 0.01])
          expect(await error(fused.map((value, i) => value + by * nudge[i]!))).toBeGreaterThan(least);
      }
    }
  });

  test('are read as many prompts at a time as a GPU is ready for, and fused to the same matrices', async () => {
    const sizes = new Set<number | undefined>();
    const ready: Model = {
      ...base,
      trunk: { ...base.trunk, readyBatch: 4 },
      textSide: {
        ...base.textSide,
        states(embeddings) {
          sizes.add(embeddings.dims[0]);
          return base.textSide.states(embeddings);
        },
      },
    };
    const { model } = await compose(ready, concepts, smallMethods, plainHooks);
    const { model: atOnce } = await compose(base, concepts, smallMethods, plainHooks);
    expect([...sizes]).toEqual([4]);
    for (const [name, values] of atOnce.weights) expect(model.weights.get(name), name).toEqual(values);
  });

  test('are told apart by layers: the model has an embedding of each for every one', () => {
    const model = withConcepts(base, concepts);
    expect(model.layers?.length).toBe(attentionLayers(base.heads).length);
    const id = model.tokenizer.addToken('<new2>');
    model.layers?.forEach((rows, layer) => {
      expect(rows.get(id)).toBe(concepts[1]?.layers?.[layer]);
      expect(rows.size).toBe(2);
    });
  });

  test('a lesson trains each layer’s embedding on its own, from one random start', async () => {
    const { concept } = await taughtBy(createMixOfShow({ batch: 2 }), base);
    const rows = concept.layers ?? [];
    expect(rows.length).toBe(attentionLayers(base.heads).length);
    expect(new Set(rows.map((row) => row.join())).size).toBe(rows.length);
    for (const row of rows.slice(1))
      row.forEach((value, i) => {
        // Each moved at most three steps of 0.06, 0.04 and 0.02.
        expect(Math.abs(value - rows[0]![i]!)).toBeLessThan(0.24);
      });
    const [, dog = 0] = base.folder.tokenizer.encode('dog').ids;
    const start = base.embeddings.row(dog) as Float32Array;
    const spread = Math.sqrt(start.reduce((sum, value) => sum + value * value, 0) / start.length);
    const away = rows[0]!.filter((value, i) => Math.abs(value - start[i]!) > 0.2 * spread).length;
    expect(away).toBeGreaterThan(0.5 * start.length);
  });
});
