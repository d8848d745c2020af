import { describe, expect, test } from 'vitest';
import type { Head } from '../../../src/onnx/cut/unet.ts';
import { agreements } from '../../../src/personalize/neurons/agreements/index.ts';
import { createRanker, scatter } from '../../../src/personalize/neurons/ranking.ts';
import { scopes } from '../../../src/personalize/neurons/scopes/index.ts';
import { bestOf, type HeadRanks, selectNeurons } from '../../../src/personalize/neurons/select.ts';
import { ProblemError } from '../../../src/result.ts';
import { headOf, normals } from '../head.ts';

const heads = [headOf(128, 96, 'a.to_k'), headOf(128, 96, 'a.to_v'), headOf(128, 48, 'b.to_k')];
const norms = (seed: number) => normals(seed, 128).map((value) => Math.exp(value / 2));
const calibration = [norms(1), norms(2), norms(3)];

const rules = { mostOfFree: 1 / 8, generalShare: 0.3 };
const select = (ranks: readonly HeadRanks[], wanted: number) => selectNeurons(ranks, { ...rules, wanted });

/** A head under captions that `concept` stands for. */
function ranksIn(head: Head, weights: Float32Array, concept: number): HeadRanks {
  const [places, general] = [new Uint16Array(weights.length), new Uint8Array(weights.length)];
  const best = bestOf(head.inFeatures, rules.generalShare);
  for (const group of scopes.row([head]).flat()) {
    const ranker = createRanker(group, new Map([[head.name, weights]]));
    const captions = [norms(concept), norms(concept + 1)];
    scatter(group, agreements.every.ranks(ranker, captions), new Map([[head.name, places]]));
    const among = agreements.every.amongBest(ranker, calibration, best);
    scatter(group, among, new Map([[head.name, general]]));
  }
  const taken = new Uint8Array(weights.length);
  return { head, group: head.inFeatures, concept: places, general, taken };
}

/** All heads, some weights being others'. */
function ranksOf(concept: number, others: ReadonlyMap<string, Uint32Array> = new Map()): HeadRanks[] {
  return heads.map((head, i) => {
    const entry = ranksIn(head, normals(100 + i, head.inFeatures * head.outFeatures), concept);
    for (const index of others.get(head.name) ?? []) entry.taken[index] = 1;
    return entry;
  });
}

function problemOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ProblemError) return `${error.problem.code}: ${error.message}`;
    throw error;
  }
  return 'none';
}

describe('selection', () => {
  test('gives exactly the share that is wanted, even of the rank where it ends', () => {
    for (const wanted of [64, 100, 777, 1500]) {
      const { neurons, count } = select(ranksOf(10), wanted);
      const lengths = [...neurons.values()].map(({ length }) => length);
      expect([count, lengths.reduce((a, b) => a + b, 0)]).toEqual([wanted, wanted]);
    }
  });

  test('takes whole ranks from the best down, and only part of the last', () => {
    const ranks = ranksOf(10);
    const { neurons } = select(ranks, 1000);
    const deepest = Math.max(
      ...ranks.flatMap(({ head, concept }) =>
        [...(neurons.get(head.name) ?? [])].map((i) => concept[i] ?? 0),
      ),
    );
    for (const { head, concept, general } of ranks) {
      const chosen = new Set(neurons.get(head.name));
      const better = [...concept.keys()].filter((i) => (concept[i] ?? 0) < deepest && general[i] === 0);
      expect(better.filter((i) => !chosen.has(i))).toEqual([]);
    }
    expect(deepest).toBeGreaterThan(0);
  });

  test('spreads the last rank over all heads', () => {
    const { neurons } = select(ranksOf(10), 64);
    for (const head of heads) expect(neurons.get(head.name)?.length).toBeGreaterThan(5);
  });

  test('never takes a general neuron, nor one that another concept has', () => {
    const first = select(ranksOf(10), 1500).neurons;
    const ranks = ranksOf(10, first);
    const second = select(ranks, 1500).neurons;
    for (const { head, general } of ranks) {
      const both = [...(first.get(head.name) ?? []), ...(second.get(head.name) ?? [])];
      expect(both.filter((index) => general[index] === 1)).toEqual([]);
      expect(new Set(both).size).toBe(both.length);
    }
  });

  test('gives a second concept with the very same captions its full share', () => {
    expect(teachMany(ranksOf(10), 1500, 3).map(({ count }) => count)).toEqual([1500, 1500, 1500]);
  });

  test('orders neurons by output and then by input, as the penalty wants them', () => {
    const { neurons } = select(ranksOf(10), 1000);
    for (const head of heads) {
      const keys = [...(neurons.get(head.name) ?? [])].map(
        (index) => (index % head.outFeatures) * head.inFeatures + Math.floor(index / head.outFeatures),
      );
      expect(keys).toEqual(keys.toSorted((a, b) => a - b));
    }
  });

  test('tells what part of the base neurons are general too', () => {
    const same = ranksOf(10).map((entry) => ({
      ...entry,
      general: Uint8Array.from(entry.concept, (rank) => (rank < bestOf(entry.group, 0.3) ? 1 : 0)),
    }));
    const none = same.map((entry) => ({ ...entry, general: new Uint8Array(entry.general.length) }));
    expect([select(same, 100).overlap, select(none, 100).overlap]).toEqual([1, 0]);
    const [entry] = ranksOf(10);
    const base = [...(entry?.concept ?? [])].map((rank) => rank < 39);
    const both = base.filter((isBase, i) => isBase && entry?.general[i] === 1).length;
    const overlap = both / base.filter(Boolean).length;
    expect(select(entry === undefined ? [] : [entry], 100).overlap).toBeCloseTo(overlap, 12);
  });
});

describe('a server that teaches on and on', () => {
  // The widths of the bundled model's heads, and the share of its parameters that a concept wants.
  const many = bundledHeads();
  const wanted = 9443;

  test('finds neurons of their own for sixty dogs in a row, at most an eighth of what is left', () => {
    const counts = teachMany(many, wanted, 60);
    expect(counts).toHaveLength(60);
    for (const { count, free } of counts) expect(count).toBe(Math.min(wanted, Math.floor(free / 8)));
    expect(counts.map(({ count }) => count).slice(0, 5)).toEqual(Array(5).fill(wanted));
  });

  test('is told in a sentence when hardly a weight is left', () => {
    expect(problemOf(() => teachMany(many, wanted, 100))).toBe(
      'invalid-option: This server has taught so much that hardly a weight is free. Forget a concept first.',
    );
  });
});

function bundledHeads(): HeadRanks[] {
  const widths = [48, 48, 96, 96, 192, 192, 96, 96, 96, 96, 48, 48, 48, 48];
  return widths.map((width, i) => ranksIn(headOf(128, width, `${i}`), normals(200 + i, 128 * width), 10));
}

/** Teaches concepts with the same captions, one after another. */
function teachMany(ranks: readonly HeadRanks[], wanted: number, concepts: number) {
  const entries = ranks.map((entry) => ({ ...entry, taken: entry.taken.slice() }));
  return Array.from({ length: concepts }, () => {
    const free = entries.reduce(
      (sum, { general, taken }) => sum + general.filter((value, i) => value + (taken[i] ?? 0) === 0).length,
      0,
    );
    const { neurons } = select(entries, wanted);
    const count = [...neurons.values()].reduce((sum, { length }) => sum + length, 0);
    for (const { head, taken } of entries)
      for (const index of neurons.get(head.name) ?? []) {
        if (taken[index] !== 0) throw new Error(`${head.name} ${index} was taken twice`);
        taken[index] = 1;
      }
    return { count, free };
  });
}
