import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Model } from '../../../../src/diffusion/model.ts';
import { embed } from '../../../../src/diffusion/taught-model.ts';
import { preservationPrompts } from '../../../../src/personalize/captions/calibration.ts';
import { lessonModel } from '../../../../src/personalize/lesson-model.ts';
import {
  type Coverage,
  coverage,
  coverageScores,
  largestRisk,
} from '../../../../src/personalize/neurons/importances/coverage.ts';
import { headOf, normals } from '../../head.ts';
import { madeUpConcept, openTiny, plainHooks, tinyLesson } from '../../tiny.ts';

const [inputs, outputs] = [9, 4];
const head = headOf(inputs, outputs);
const weights = normals(1, inputs * outputs);
const free = new Uint8Array(weights.length).map((_, i) => Number(i % 5 !== 2));
const features = Array.from({ length: inputs }, (_, j) => normals(10 + j, 6));
const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const of: Coverage = {
  relevance: Float64Array.from(features, (own) => Math.sqrt(dot(own, own))),
  risk: Float64Array.from(normals(2, inputs), Math.abs),
  similarity: Float64Array.from({ length: inputs * inputs }, (_, at) => {
    const [a, b] = [features[Math.floor(at / inputs)]!, features[at % inputs]!];
    return Math.abs(dot(a, b)) / Math.sqrt(dot(a, a) * dot(b, b));
  }),
  riskWeight: 0.4,
};

/** What a set of a row's free inputs is worth, by its formula. */
function worth(out: number, chosen: readonly number[]): number {
  const size = (j: number) => Math.abs(weights[j * outputs + out]!);
  const candidates = features.map((_, j) => j).filter((j) => free[j * outputs + out] === 1);
  const covered = candidates.map((i) => {
    const best = Math.max(0, ...chosen.map((k) => of.similarity[i * inputs + k]!));
    return size(i) * of.relevance[i]! * best;
  });
  const risks = chosen.map((k) => size(k) * of.risk[k]!);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return sum(covered) - of.riskWeight * sum(risks);
}

describe('coverage', () => {
  test('scores the inputs of a row by what each adds when the plain greedy walk takes it', () => {
    const shift = largestRisk(head, weights, of);
    const scores = coverageScores(head, weights, free, of, shift);
    for (let out = 0; out < outputs; out++) {
      const left = new Set(features.map((_, j) => j).filter((j) => free[j * outputs + out] === 1));
      const chosen: number[] = [];
      while (left.size > 0) {
        const gain = (k: number) => worth(out, [...chosen, k]) - worth(out, chosen);
        const best = [...left].reduce((a, b) => (gain(b) > gain(a) ? b : a));
        expect(scores[best * outputs + out]).toBeCloseTo(gain(best) + shift, 5);
        chosen.push(best);
        left.delete(best);
      }
    }
  });

  test('scores nothing below 0, and what cannot be chosen 0', () => {
    const scores = coverageScores(head, weights, free, of, largestRisk(head, weights, of));
    expect(Math.min(...scores)).toBeGreaterThanOrEqual(0);
    expect([...scores.filter((_, i) => free[i] === 0)].every((score) => score === 0)).toBe(true);
  });

  test('takes of two weights for the very same words the second one last', () => {
    const twins: Coverage = {
      relevance: Float64Array.of(3, 2.9, 1),
      risk: new Float64Array(3),
      similarity: Float64Array.of(1, 1, 0, 1, 1, 0, 0, 0, 1),
      riskWeight: 1,
    };
    const scores = coverageScores(headOf(3, 1), Float32Array.of(1, 1, 1), Uint8Array.of(1, 1, 1), twins, 0);
    expect([...scores].map((score) => Number(score.toFixed(5)))).toEqual([5.9, 0, 1]);
  });
});

describe('on a model', () => {
  let base: Model;
  beforeAll(async () => {
    base = await openTiny();
  });
  afterAll(() => base.release());

  test('the inputs are measured over the words of the captions, and of what should stay', async () => {
    const lesson = tinyLesson(base, [madeUpConcept(base, 1, [])]);
    const model = lessonModel(lesson);
    const options = { positions: 'words', coverageRisk: 0.4, batch: 2 } as const;
    const { concept } = await coverage({ lesson, model, options, hooks: plainHooks });
    const rows = async (texts: readonly string[]) => {
      const all: Float32Array[] = [];
      for (const text of texts) {
        const encoding = model.tokenizer.encode(text);
        const { dims, data } = await base.textSide.states(embed(model, [encoding]));
        const width = dims[2]!;
        for (let word = 1; word < encoding.length - 1; word++)
          all.push((data as Float32Array).slice(word * width, (word + 1) * width));
      }
      return all;
    };
    const captions = await rows([...new Set(lesson.captions.flat())]);
    const earlier = ['a', 'the', 'a photo of a', 'a picture of a'].map((start) => `${start} <new1> dog`);
    const kept = await rows([...preservationPrompts('dog', 'subject'), ...earlier]);
    const product = (of: readonly Float32Array[], j: number, k: number) =>
      of.reduce((sum, row) => sum + row[j]! * row[k]!, 0) / of.length;
    const width = base.embeddings.width;
    const at = (of: (j: number, k: number) => number) =>
      Float64Array.from({ length: width * width }, (_, i) => of(Math.floor(i / width), i % width));
    const size = (of: readonly Float32Array[]) =>
      new Float64Array(width).map((_, j) => Math.sqrt(product(of, j, j)));
    const relevance = size(captions);
    const expected: Coverage = {
      relevance,
      risk: size(kept),
      similarity: at((j, k) => Math.abs(product(captions, j, k)) / (relevance[j]! * relevance[k]!)),
      riskWeight: 0.4,
    };
    const matrices = base.heads.map((one) => [one, base.baseWeights.get(one.name)!] as const);
    const shift = Math.max(...matrices.map(([one, matrix]) => largestRisk(one, matrix, expected)));
    for (const [one, matrix] of matrices) {
      const all = new Uint8Array(matrix.length).map((_, i) => Number(i % 3 > 0));
      const scores = coverageScores(one, matrix, all, expected, shift);
      concept.magnitudes(one, all).forEach((score, i) => {
        expect(score).toBeCloseTo(scores[i]!, 4);
      });
    }
    expect(concept.norms).toEqual([new Float32Array(width).fill(1)]);
  });
});
