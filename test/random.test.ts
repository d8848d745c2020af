import { describe, expect, it } from 'vitest';
import { createRandom, exactLog, gaussianNoise, philox, shuffled } from '../src/random.ts';

const count = 200_000;

function mean(values: Iterable<number>): number {
  let sum = 0;
  let length = 0;
  for (const value of values) {
    sum += value;
    length++;
  }
  return sum / length;
}

/** Pearson's correlation of two arrays of mean 0 and variance 1. */
const correlation = (a: Float32Array, b: Float32Array): number => mean(b.map((x, i) => x * (a[i] as number)));

/** Five standard errors of a mean of `count` numbers with the given variance. */
const allowed = (variance: number): number => 5 * Math.sqrt(variance / count);

/** The normal distribution's cumulative probability, by Simpson's rule from 0. */
function normalBelow(x: number): number {
  const parts = 400;
  const density = (t: number): number => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);
  let sum = density(0) + density(x);
  for (let i = 1; i < parts; i++) sum += density((i * x) / parts) * (i % 2 === 1 ? 4 : 2);
  return 0.5 + (sum * x) / parts / 3;
}

describe('philox', () => {
  it('gives the known answers that its authors published', () => {
    const answer = (counter: readonly number[], [low, high]: readonly [number, number]): string => {
      const block = Uint32Array.from(counter);
      philox(block, low, high);
      return Array.from(block, (word) => word.toString(16).padStart(8, '0')).join(' ');
    };
    const ones = 0xffffffff;
    expect(answer([0, 0, 0, 0], [0, 0])).toBe('6627e8d5 e169c58d bc57ac4c 9b00dbd8');
    expect(answer([ones, ones, ones, ones], [ones, ones])).toBe('408f276d 41c83b0e a20bc7c6 6d5451fd');
    const digitsOfPi = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344];
    expect(answer(digitsOfPi, [0xa4093822, 0x299f31d0])).toBe('d16cfe09 94fdcceb 5001e420 24126ea1');
  });
});

describe('exactLog', () => {
  it('is the natural logarithm to the last bits over the range of a random square', () => {
    const random = createRandom(3);
    let worst = 0;
    for (let i = 0; i < 20_000; i++) {
      const x = random.uniform() ** (1 + (i % 20)) || 1;
      const log = Math.log(x);
      worst = Math.max(worst, Math.abs(exactLog(x) - log) / Math.max(1, Math.abs(log)));
    }
    expect(worst).toBeLessThanOrEqual(4e-16);
    expect(exactLog(1)).toBe(0);
  });
});

describe('gaussianNoise', () => {
  const noise = gaussianNoise(42, 0, count);

  it('has the moments of the standard normal distribution', () => {
    expect(Math.abs(mean(noise))).toBeLessThan(allowed(1));
    expect(Math.abs(mean(noise.map((x) => x ** 2)) - 1)).toBeLessThan(allowed(2));
    expect(Math.abs(mean(noise.map((x) => x ** 3)))).toBeLessThan(allowed(15));
    expect(Math.abs(mean(noise.map((x) => x ** 4)) - 3)).toBeLessThan(allowed(96));
  });

  it('follows the normal distribution everywhere (Kolmogorov and Smirnov, 0.1 % level)', () => {
    const sorted = noise.toSorted();
    let furthest = 0;
    for (let i = 0; i < count; i += 100) {
      furthest = Math.max(furthest, Math.abs(normalBelow(sorted[i] as number) - i / count));
    }
    expect(furthest).toBeLessThan(1.95 / Math.sqrt(count));
  });

  it('has no memory between neighbours', () => {
    for (const lag of [1, 2, 3, 4, 5]) {
      expect(Math.abs(correlation(noise.slice(lag), noise.slice(0, -lag)))).toBeLessThan(allowed(1));
    }
  });

  it('is independent between streams and between seeds', () => {
    const others = [
      gaussianNoise(42, 1, count),
      gaussianNoise(42, 2, count),
      gaussianNoise(43, 0, count),
      gaussianNoise(43, 1, count),
    ];
    for (const other of others) {
      expect(Math.abs(correlation(noise, other))).toBeLessThan(allowed(1));
      expect(Math.abs(correlation(noise, other.slice(1)))).toBeLessThan(allowed(1));
    }
    expect(gaussianNoise(42 + 2 ** 32, 0, 4)).not.toEqual(noise.slice(0, 4));
  });

  it('gives the same bits in every run and on every machine', () => {
    const bits = new Uint32Array(gaussianNoise(7, 3, 6).buffer);
    expect(Array.from(bits, (word) => word.toString(16))).toEqual([
      '3ea207c4',
      'bf939391',
      '3e157497',
      'bf374912',
      'bf6eaae1',
      'bfbadd76',
    ]);
  });

  it('begins alike at every length', () => {
    expect(gaussianNoise(42, 0, 101)).toEqual(noise.slice(0, 101));
  });
});

describe('createRandom', () => {
  it('draws uniformly from [0, 1)', () => {
    const random = createRandom(5);
    const values = Float64Array.from({ length: count }, random.uniform);
    expect(values.every((x) => x >= 0 && x < 1)).toBe(true);
    expect(Math.abs(mean(values) - 1 / 2)).toBeLessThan(allowed(1 / 12));
    expect(Math.abs(mean(values.map((x) => x * x)) - 1 / 3)).toBeLessThan(allowed(4 / 45));
  });

  it('draws every whole number below a limit equally often', () => {
    const random = createRandom(6);
    const tally = new Float64Array(7);
    for (let i = 0; i < count; i++) {
      const value = random.integer(7);
      tally[value] = (tally[value] as number) + 1;
    }
    const expected = count / 7;
    const chiSquare = tally.reduce((sum, seen) => sum + (seen - expected) ** 2 / expected, 0);
    expect(chiSquare).toBeLessThan(22.5);
    expect(random.integer(1)).toBe(0);
  });

  it('goes on from a saved state as if it had never stopped', () => {
    const random = createRandom(8, 2);
    random.uniform();
    random.normal();
    random.integer(10);
    const resumed = createRandom(JSON.parse(JSON.stringify(random.state())));
    const draw = ({ normal, uniform, integer }: typeof random) => [
      normal(),
      normal(),
      uniform(),
      integer(1000),
      normal(),
    ];
    expect(draw(resumed)).toEqual(draw(random));
  });

  it.each([-1, 0.5, 2 ** 53, Number.NaN])('refuses the seed %s', (seed) => {
    expect(() => createRandom(seed)).toThrow(RangeError);
  });

  it('refuses a limit that leaves nothing to draw, and a stream beyond a word', () => {
    expect(() => createRandom(1).integer(0)).toThrow(RangeError);
    expect(() => createRandom(1).integer(2 ** 33)).toThrow(RangeError);
    expect(() => createRandom(1, 2 ** 32)).toThrow(RangeError);
  });
});

it('every order of three items comes about as often', () => {
  const orders = Array.from({ length: 6000 }, (_, seed) =>
    shuffled(['a', 'b', 'c'], createRandom(seed)).join(''),
  );
  const counts = Map.groupBy(orders, (order) => order);
  expect([...counts.keys()].sort()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba']);
  for (const { length } of counts.values()) expect(Math.abs(length - 1000)).toBeLessThan(120);
});
