/** Gives numbers in [0, 1), each equally likely. */
export type Uniform = () => number;

/** A generator of random numbers whose state can be kept and put back. */
export interface Random {
  /** A number in [0, 1) with 53 random bits. */
  readonly uniform: Uniform;
  /** A whole number from 0 to `limit` − 1, each equally likely; `limit` is 1 to 2³². */
  integer(limit: number): number;
  /** A number of the normal distribution with mean 0 and variance 1, by Marsaglia's polar method (1964). */
  normal(): number;
  /** Everything that decides the numbers still to come, as plain JSON. */
  state(): RandomState;
  /** Goes on from a state of the same seed and stream. */
  restore(state: RandomState): void;
}

export interface RandomState {
  readonly seed: number;
  readonly stream: number;
  /** Random 32-bit words taken so far. */
  readonly position: number;
  /** The second normal number of a pair, not yet given out. */
  readonly spare?: number;
}

/**
 * The same seed and stream give the same numbers on every machine; different streams of a seed have nothing in common.
 * @param seed a whole number from 0 to 2⁵³ − 1, or a saved state to go on from.
 * @param stream a whole number from 0 to 2³² − 1.
 */
export function createRandom(seed: number | RandomState, stream = 0): Random {
  const start: RandomState = typeof seed === 'number' ? { seed, stream, position: 0 } : seed;
  requireWhole(start.seed, Number.MAX_SAFE_INTEGER);
  requireWhole(start.stream, word - 1);
  requireWhole(start.position, Number.MAX_SAFE_INTEGER);
  const keyLow = start.seed >>> 0;
  const keyHigh = Math.floor(start.seed / word);
  const block = new Uint32Array(blockWords);
  let { position, spare } = start;
  let loaded = -1;

  function next(): number {
    const index = Math.floor(position / blockWords);
    if (index !== loaded) {
      block[0] = index;
      block[1] = index / word;
      block[2] = start.stream;
      block[3] = 0;
      philox(block, keyLow, keyHigh);
      loaded = index;
    }
    return block[position++ % blockWords] as number;
  }

  const uniform = (): number => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53;

  return {
    uniform,
    integer(limit) {
      if (!Number.isInteger(limit) || limit < 1 || limit > word)
        throw new RangeError(`No whole number is below ${limit}`);
      const fair = word - (word % limit);
      let value = next();
      while (value >= fair) value = next();
      return value % limit;
    },
    normal() {
      if (spare !== undefined) {
        const value = spare;
        spare = undefined;
        return value;
      }
      for (;;) {
        const x = 2 * uniform() - 1;
        const y = 2 * uniform() - 1;
        const square = x * x + y * y;
        if (square >= 1 || square === 0) continue;
        const scale = Math.sqrt((-2 * exactLog(square)) / square);
        spare = y * scale;
        return x * scale;
      }
    },
    state: () => ({
      seed: start.seed,
      stream: start.stream,
      position,
      ...(spare !== undefined && { spare }),
    }),
    restore(state) {
      if (state.seed !== start.seed || state.stream !== start.stream)
        throw new RangeError('This is the state of another generator');
      ({ position, spare } = state);
    },
  };
}

/** `length` independent numbers of the standard normal distribution. A shorter array is a prefix of a longer one. */
export function gaussianNoise(seed: number, stream: number, length: number): Float32Array<ArrayBuffer> {
  const random = createRandom(seed, stream);
  return new Float32Array(length).map(random.normal);
}

/** The items in a random order: by a uniform number for each. */
export function shuffled<T>(items: readonly T[], random: Pick<Random, 'uniform'>): readonly T[] {
  const keyed = items.map((item) => ({ item, key: random.uniform() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}

const word = 2 ** 32;
const blockWords = 4;

function requireWhole(value: number, largest: number): void {
  if (!Number.isInteger(value) || value < 0 || value > largest) {
    throw new RangeError(`${value} is not a whole number from 0 to ${largest}`);
  }
}

/**
 * Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"): four random words for each
 * counter, without any state. The words replace the counter in `block`.
 */
export function philox(block: Uint32Array, keyLow: number, keyHigh: number): void {
  let a = block[0] as number;
  let b = block[1] as number;
  let c = block[2] as number;
  let d = block[3] as number;
  for (let round = 0; round < 10; round++) {
    const highOfA = multiplyHigh(0xd2511f53, a);
    const highOfC = multiplyHigh(0xcd9e8d57, c);
    const lowOfA = Math.imul(0xd2511f53, a);
    a = highOfC ^ b ^ (keyLow + Math.imul(round, 0x9e3779b9));
    b = Math.imul(0xcd9e8d57, c);
    c = highOfA ^ d ^ (keyHigh + Math.imul(round, 0xbb67ae85));
    d = lowOfA;
  }
  block[0] = a;
  block[1] = b;
  block[2] = c;
  block[3] = d;
}

/** The upper 32 bits of the product of two unsigned 32-bit words. */
function multiplyHigh(x: number, y: number): number {
  const highX = x >>> 16;
  const lowX = x & 0xffff;
  const highY = y >>> 16;
  const lowY = y & 0xffff;
  const middle = Math.imul(highX, lowY) + (Math.imul(lowX, lowY) >>> 16);
  const carry = Math.imul(lowX, highY) + (middle & 0xffff);
  return (Math.imul(highX, highY) + (middle >>> 16) + (carry >>> 16)) | 0;
}

/** 1, 1/3, 1/5, … 1/21: enough for 53 bits where s² < 0.03. */
const oddReciprocals = Float64Array.from({ length: 11 }, (_, index) => 1 / (2 * index + 1));

/**
 * The natural logarithm from operations that IEEE 754 rounds in one way only, which Math.log does not promise:
 * with x = m·2ᵉ, √½ < m ≤ √2 and s = (m−1)/(m+1),  ln x = e·ln 2 + 2·(s + s³/3 + s⁵/5 + …).
 * @param x positive, at most 1, and not subnormal.
 */
export function exactLog(x: number): number {
  let mantissa = x;
  let exponent = 0;
  while (mantissa <= Math.SQRT1_2) {
    mantissa *= 2;
    exponent--;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let sum = 0;
  for (let index = oddReciprocals.length - 1; index >= 0; index--)
    sum = sum * square + (oddReciprocals[index] as number);
  return exponent * Math.LN2 + 2 * s * sum;
}
