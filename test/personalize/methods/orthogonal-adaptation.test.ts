import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Model } from '../../../src/diffusion/model.ts';
import { compose } from '../../../src/personalize/compose.ts';
import { type LowRank, plusDelta } from '../../../src/personalize/deltas.ts';
import {
  createOrthogonalAdaptation,
  frozenBases,
} from '../../../src/personalize/methods/orthogonal-adaptation.ts';
import { headOf, normals } from '../head.ts';
import { bits, madeUpConcept, openTiny, plainHooks } from '../tiny.ts';
import { smallMethods, taughtBy } from './small.ts';

const heads = [headOf(32, 20, 'attn2.to_k'), headOf(32, 40, 'attn2.to_v')];
const name = 'orthogonal-adaptation';

/** Concepts one after another, each knowing those before it. */
function lessons(count: number, rank: number) {
  const concepts: { method: string; deltas: ReadonlyMap<string, LowRank> }[] = [];
  for (let i = 0; i < count; i++) concepts.push({ method: name, deltas: frozenBases(heads, rank, concepts) });
  return concepts;
}

/** ⟨row a of one basis, row b of another⟩ for all rows. */
function products(one: LowRank, other: LowRank): number[] {
  const row = ({ down }: LowRank, k: number) => down.subarray(32 * k, 32 * k + 32);
  return Array.from({ length: one.rank * other.rank }, (_, i) => {
    const [a, b] = [row(one, Math.floor(i / other.rank)), row(other, i % other.rank)];
    return a.reduce((sum, value, at) => sum + value * b[at]!, 0);
  });
}

describe('bases', () => {
  test('of as many concepts as there is room for are orthonormal, and orthogonal to each other', () => {
    const concepts = lessons(4, 8);
    for (const head of heads) {
      const bases = concepts.map(({ deltas }) => deltas.get(head.name) as LowRank);
      for (const [i, one] of bases.entries())
        for (const [j, other] of bases.entries())
          products(one, other).forEach((value, at) => {
            const expected = i === j && at % (other.rank + 1) === 0 ? 1 : 0;
            expect(Math.abs(value - expected)).toBeLessThan(1e-6);
          });
    }
  });

  test('of a concept too many are again those that the fewest have', () => {
    const concepts = lessons(6, 8);
    const bases = concepts.map(({ deltas }) => `${deltas.get('attn2.to_k')?.down}`);
    expect(new Set(bases).size).toBe(4);
    expect([bases[4], bases[5]]).toEqual([bases[0], bases[1]]);
  });

  test('that a forgotten concept had are free again', () => {
    const [first, second, third] = lessons(3, 8);
    const again = frozenBases(heads, 8, [first!, third!]).get('attn2.to_k');
    expect(again?.down).toEqual(second?.deltas.get('attn2.to_k')?.down);
  });

  test('of other methods’ concepts take no place', () => {
    const other = { method: 'c-lora', deltas: lessons(1, 8)[0]!.deltas };
    expect(frozenBases(heads, 8, [other])).toEqual(frozenBases(heads, 8, []));
  });
});

describe('a lesson', () => {
  let base: Model;
  beforeAll(async () => {
    base = await openTiny();
  });
  afterAll(() => base.release());

  test('trains A alone: the basis keeps its bits', async () => {
    const { concept } = await taughtBy(createOrthogonalAdaptation({ batch: 2 }), base);
    for (const [head, { rank, down }] of frozenBases(base.heads, 8, [])) {
      const delta = concept.deltas.get(head) as LowRank;
      expect([delta.rank, bits(delta.down)]).toEqual([rank, bits(down)]);
      expect(delta.up.filter((value) => value !== 0).length).toBeGreaterThan(0.9 * delta.up.length);
    }
  });

  test('is not disturbed by another concept: what speaks to one basis is the same with both', async () => {
    const make = (nth: number, deltas: ReadonlyMap<string, LowRank>) => ({
      ...madeUpConcept(base, nth, []),
      method: name,
      deltas: new Map(
        [...deltas].map(([head, delta], i) => [
          head,
          { ...delta, up: normals(100 * nth + i, delta.up.length) },
        ]),
      ),
    });
    const first = make(1, frozenBases(base.heads, 8, []));
    const second = make(2, frozenBases(base.heads, 8, [first]));
    const { model } = await compose(base, [first, second], smallMethods, plainHooks);
    for (const head of base.heads) {
      const delta = first.deltas.get(head.name) as LowRank;
      const alone = plusDelta(base.baseWeights.get(head.name)!, head, delta);
      const both = model.weights.get(head.name)!;
      for (let k = 0; k < delta.rank; k++) {
        for (let out = 0; out < head.outFeatures; out++) {
          let difference = 0;
          for (let i = 0; i < head.inFeatures; i++) {
            const at = i * head.outFeatures + out;
            difference += delta.down[k * head.inFeatures + i]! * (both[at]! - alone[at]!);
          }
          expect(Math.abs(difference)).toBeLessThan(1e-5);
        }
      }
      expect(bits(both)).not.toEqual(bits(alone));
    }
  });

  test('knows nothing of the server’s other concepts but whose bases they have', async () => {
    const method = createOrthogonalAdaptation({ batch: 2 });
    const cns = madeUpConcept(
      base,
      1,
      base.heads.map((head) => head.name),
    );
    const alone = await taughtBy(method, base, { token: '<new2>', captions: captionsOf('<new2>') });
    const beside = await taughtBy(method, base, {}, [cns]);
    expect(beside.concept).toEqual(alone.concept);
  });
});

function captionsOf(token: string) {
  const captions = [`a photo of a ${token} dog`, `a ${token} dog in the park`];
  return [captions, captions];
}
