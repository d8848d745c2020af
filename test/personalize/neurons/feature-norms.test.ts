import { describe, expect, test } from 'vitest';
import { float32 } from '../../../src/onnx/tensor.ts';
import { featureNorms } from '../../../src/personalize/neurons/feature-norms.ts';
import { positionsOf } from '../../../src/personalize/neurons/positions/index.ts';

const encoding = (length: number) => ({ ids: new Int32Array(5), length });
const states = float32([2, 5, 2]);
states.data.set([9, 9, 3, 1, 4, 1, 9, 9, 9, 9]);
states.data.set([9, 9, 1, 2, 1, 2, 1, 2, 9, 9], 10);

describe('feature norms', () => {
  test('are Euclidean over the words alone, without start, end and padding', () => {
    const [first, second] = featureNorms(states, [encoding(4), encoding(5)], positionsOf('words', 7));
    expect([...(first ?? [])]).toEqual([5, Math.fround(Math.sqrt(2))]);
    expect([...(second ?? [])]).toEqual([Math.sqrt(3), Math.sqrt(12)].map(Math.fround));
  });

  test('are Euclidean over all positions, where all are asked for', () => {
    const [first, second] = featureNorms(states, [encoding(4), encoding(5)], positionsOf('all', 7));
    expect([...(first ?? [])]).toEqual([25 + 3 * 81, 2 + 3 * 81].map(Math.sqrt).map(Math.fround));
    expect([...(second ?? [])]).toEqual([3 + 2 * 81, 12 + 2 * 81].map(Math.sqrt).map(Math.fround));
  });

  test("are those of the token's place, and over the words where the text has no such token", () => {
    const ids = new Int32Array([0, 5, 7, 1, 1]);
    const [first, second] = featureNorms(states, [{ ids, length: 4 }, encoding(5)], positionsOf('token', 7));
    expect([...(first ?? [])]).toEqual([4, 1]);
    expect([...(second ?? [])]).toEqual([Math.sqrt(3), Math.sqrt(12)].map(Math.fround));
  });

  test('of a text without words are zero', () => {
    const ones = float32([1, 5, 2], new Float32Array(10).fill(1));
    const [norms] = featureNorms(ones, [encoding(2)], positionsOf('words', 7));
    expect(norms).toEqual(new Float32Array(2));
  });
});
