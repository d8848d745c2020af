import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Model } from '../../../src/diffusion/model.ts';
import { type ConceptWeights, decodeConcept, encodeConcept } from '../../../src/personalize/concept-file.ts';
import { inOutIndex, withConcepts } from '../../../src/personalize/concepts.ts';
import type { Lesson } from '../../../src/personalize/method.ts';
import { type CnsOptions, cnsDefaults, createCns } from '../../../src/personalize/methods/cns.ts';
import { agreements } from '../../../src/personalize/neurons/agreements/index.ts';
import { importances } from '../../../src/personalize/neurons/importances/index.ts';
import { scopes } from '../../../src/personalize/neurons/scopes/index.ts';
import { bits, openTiny } from '../tiny.ts';
import { taughtBy } from './small.ts';

let base: Model;
beforeAll(async () => {
  base = await openTiny();
});
afterAll(() => base.release());

const taught = (options: Partial<CnsOptions>, earlier: readonly ConceptWeights[] = []) =>
  taughtBy(createCns({ batch: 2, ...options }), base, { steps: 2 }, earlier);

const changed = (concept: ConceptWeights) =>
  base.heads.reduce((sum, head) => {
    const { indices, values } = concept.heads.get(head.name)!;
    const before = base.baseWeights.get(head.name)!;
    const moved = [...indices].filter((place, i) => before[inOutIndex(place, head)] !== values[i]);
    return sum + moved.length;
  }, 0);

const classWord = () => base.embeddings.row(base.folder.tokenizer.encode('dog').ids[1]!)!;

describe('what trains', () => {
  test('can be the embedding alone: no weight is chosen, and the concept comes back from its file', async () => {
    const { concept, neurons, overlap } = await taught({ trained: 'embedding' });
    expect([neurons, overlap, changed(concept)]).toEqual([0, undefined, 0]);
    expect(bits(concept.embedding)).not.toEqual(bits(classWord()));
    const stored = decodeConcept(encodeConcept(concept), base.heads, base.embeddings.width);
    expect(stored).toEqual(concept);
  });

  test('can be the weights alone: the token stays what it started as', async () => {
    const { concept, neurons } = await taught({ trained: 'weights' });
    expect(bits(concept.embedding)).toEqual(bits(classWord()));
    expect(changed(concept)).toBeGreaterThan(0.9 * neurons);
  });
});

test('as much stays of what weights learned as is chosen: half of each one’s way', async () => {
  const [all, half] = [await taught({ strength: 1 }), await taught({ strength: 0.5 })];
  let farthest = 0;
  for (const head of base.heads) {
    const [whole, part] = [all, half].map(({ concept }) => concept.heads.get(head.name)!);
    expect(part!.indices).toEqual(whole!.indices);
    const before = base.baseWeights.get(head.name)!;
    whole!.indices.forEach((place, i) => {
      const start = before[inOutIndex(place, head)]!;
      const way = whole!.values[i]! - start;
      farthest = Math.max(farthest, Math.abs(way));
      expect(part!.values[i]! - start).toBeCloseTo(way / 2, 6);
    });
  }
  expect(farthest).toBeGreaterThan(1e-3);
  expect(bits(half.concept.embedding)).toEqual(bits(all.concept.embedding));
});

describe('the token', () => {
  const startOf = async (change: Partial<Lesson>, apart = cnsDefaults.apart) => {
    const method = createCns({ batch: 2, trained: 'weights', apart });
    return (await taughtBy(method, base, { steps: 1, ...change })).concept.embedding;
  };
  const length = (row: ArrayLike<number>) => Math.hypot(...Array.from(row));

  test('of what stands for itself can start at random, much longer than words are, and anew with another seed', async () => {
    const rows = ['dog', 'hat', 'park', 'the'].map(
      (word) => base.embeddings.row(base.folder.tokenizer.encode(word).ids[1]!)!,
    );
    const longest = Math.max(...rows.map(length));
    const [start, same, other] = [
      await startOf({}, 24),
      await startOf({}, 24),
      await startOf({ seed: 6 }, 24),
    ];
    expect(length(start)).toBeGreaterThan(10 * longest);
    expect(bits(same)).toEqual(bits(start));
    expect(bits(other)).not.toEqual(bits(start));
  });

  test.each([
    { classWord: 'hat', kind: 'subject' },
    { classWord: 'dog', kind: 'style' },
    { classWord: 'dog', kind: 'scene' },
  ] as const)(
    'starts as its class word whatever is chosen where that says how it goes with others: $classWord, a $kind',
    async (of) => {
      const row = base.embeddings.row(base.folder.tokenizer.encode(of.classWord).ids[1]!)!;
      expect(bits(await startOf(of, 24))).toEqual(bits(row));
    },
  );

  test('starts as its class word if nothing else is chosen', async () => {
    expect(bits(await startOf({ classWord: 'dog' }))).toEqual(bits(classWord()));
  });
});

const variants: readonly Partial<CnsOptions>[] = [
  ...Object.keys(importances).map((importance) => ({ importance }) as Partial<CnsOptions>),
  ...Object.keys(scopes).map((scope) => ({ scope }) as Partial<CnsOptions>),
  ...Object.keys(agreements).map((name) => ({ captionAgreement: name }) as Partial<CnsOptions>),
];

test('weights of a concept that reaches everywhere are put into the matrices', async () => {
  const { concept, model } = await taught({ reach: 'everywhere' });
  expect([concept.following, model.own?.size ?? 0]).toEqual([undefined, 0]);
  const placed = withConcepts(base, [concept]).weights;
  for (const { name } of base.heads) {
    expect(bits(placed.get(name)!)).toEqual(bits(model.weights.get(name)!));
    expect(bits(placed.get(name)!)).not.toEqual(bits(base.baseWeights.get(name)!));
  }
});

test.each(variants)(
  'disjoint neurons chosen with %o are as many, and shared by no two concepts',
  async (change) => {
    const options = { ...change, disjoint: true };
    const first = await taught(options);
    const second = await taught(options, [first.concept]);
    const of = ({ heads }: ConceptWeights, name: string) => [...heads.get(name)!.indices];
    const count = (concept: ConceptWeights) =>
      base.heads.reduce((sum, { name }) => sum + of(concept, name).length, 0);
    for (const { concept, neurons } of [first, second]) {
      expect(neurons).toBeGreaterThan(500);
      expect([count(concept), changed(concept) > 0.9 * neurons]).toEqual([neurons, true]);
    }
    for (const { name } of base.heads) {
      const both = [...of(first.concept, name), ...of(second.concept, name)];
      expect(new Set(both).size).toBe(both.length);
    }
  },
);
