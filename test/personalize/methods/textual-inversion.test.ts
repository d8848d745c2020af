import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Model } from '../../../src/diffusion/model.ts';
import { compose } from '../../../src/personalize/compose.ts';
import { createTextualInversion } from '../../../src/personalize/methods/textual-inversion.ts';
import { bits, openTiny, plainHooks } from '../tiny.ts';
import { smallMethods, taughtBy } from './small.ts';

let base: Model;
beforeAll(async () => {
  base = await openTiny();
});
afterAll(() => base.release());

test('nothing trains but the embedding of the token, which starts as the class word’s', async () => {
  const { concept, model, neurons } = await taughtBy(createTextualInversion({ batch: 2 }), base);
  expect([neurons, concept.heads.size, concept.deltas.size, concept.layers]).toEqual([0, 0, 0, undefined]);
  for (const [name, values] of base.baseWeights)
    expect(bits(model.weights.get(name) as Float32Array)).toEqual(bits(values));
  const start = base.embeddings.row(base.folder.tokenizer.encode('dog').ids[1] ?? 0) as Float32Array;
  const moves = concept.embedding.map((value, i) => Math.abs(value - start[i]!));
  expect(Math.min(...moves)).toBeGreaterThan(0);
  // Three steps of rates 0.02, 0.0133 and 0.0067.
  expect(Math.max(...moves)).toBeLessThan(0.06);
});

test('composing gives the base model’s own matrices, not a copy', async () => {
  const { concept } = await taughtBy(createTextualInversion({ batch: 2 }), base);
  const { model, cost } = await compose(base, [concept], smallMethods, plainHooks);
  expect(cost).toEqual({ bytes: 0, seconds: 0 });
  for (const [name, values] of base.baseWeights) expect(model.weights.get(name)).toBe(values);
});
