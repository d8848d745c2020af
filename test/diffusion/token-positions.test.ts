import { describe, expect, test } from 'vitest';
import { type TokenWeights, tokenPositions } from '../../src/diffusion/token-weights.ts';

describe('where a token’s own weights stand', () => {
  const own = { following: 1, heads: new Map() };
  const longer = { following: 2, heads: new Map() };
  const places = (weights: ReadonlyMap<number, TokenWeights>, ...texts: number[][]) =>
    tokenPositions(
      weights,
      texts.map((ids) => ({ ids: Int32Array.from(ids), length: ids.length })),
    ).map(({ text, position, weights: used }) => [text, position, used === own ? 'own' : 'longer']);

  test('is its position and so many words after it, wherever and however often it comes', () => {
    const weights = new Map([[9, own]]);
    expect(places(weights, [0, 4, 9, 5, 6, 1], [0, 4, 5, 1], [0, 9, 5, 9, 6, 7, 1])).toEqual(
      [
        [0, 2],
        [0, 3],
        [2, 1],
        [2, 2],
        [2, 3],
        [2, 4],
      ].map((at) => [...at, 'own']),
    );
  });

  test('ends before the end token and where another token with weights begins', () => {
    const weights = new Map([
      [9, own],
      [8, longer],
    ]);
    expect(places(weights, [0, 4, 9, 1], [0, 8, 9, 5, 6, 1], [0, 9, 8, 5, 6, 1])).toEqual([
      [0, 2, 'own'],
      [1, 1, 'longer'],
      [1, 2, 'own'],
      [1, 3, 'own'],
      [2, 1, 'own'],
      [2, 2, 'longer'],
      [2, 3, 'longer'],
      [2, 4, 'longer'],
    ]);
  });
});

describe('how much of a token’s own weights a text reads', () => {
  const own = { following: 1, amongOthers: 0.5, heads: new Map() };
  const shares = (weights: ReadonlyMap<number, TokenWeights>, ...ids: number[]) =>
    tokenPositions(weights, [{ ids: Int32Array.from([...ids, 9, 9]), length: ids.length }]).map(
      ({ share }) => share,
    );

  test('is all of it where no other such token stands, however often it comes itself and whatever is padding', () => {
    const weights = new Map([
      [8, own],
      [9, own],
    ]);
    expect(shares(weights, 0, 4, 8, 5, 8, 5, 1)).toEqual([1, 1, 1, 1]);
    expect(shares(weights, 0, 8, 1)).toEqual([1]);
  });

  test('is what each says for a text with others too, and all of it where it says nothing', () => {
    const weights = new Map<number, TokenWeights>([
      [8, own],
      [9, { following: 0, heads: new Map() }],
    ]);
    expect(shares(weights, 0, 8, 5, 9, 1)).toEqual([0.5, 0.5, 1]);
  });
});
