import { keepBest, type OrderRoom, type Scored } from './order.ts';

/** Between what some norms lie, each divided by its length, by which scores keep their order. */
interface Spread {
  readonly least: Float32Array;
  readonly most: Float32Array;
  /** The smallest length. */
  readonly faintest: number;
}

/** What is left to ask each norm of. */
export interface Narrowed {
  /** Places of weights that are among the best for every norm. */
  readonly certain: Int32Array;
  /** Places of those that may be for some and not for others, in their order; no other weight is among the best for any. */
  readonly open: Int32Array;
  /** What is open. */
  readonly scored: Scored;
  /** How many of those that are open are among the best. */
  readonly best: number;
}

/** Far above what float32 numbers are rounded by. */
const slack = 1e-5;
/** Scores below are not told apart ahead: float32 numbers near nothing are rounded by more than a share of theirs. */
const least = 1e-30;

const spreads = new WeakMap<readonly Float32Array[], Spread>();

/**
 * Tells the weights whose being among the `best` best the norms do not differ in, which is most of them: the best-th largest of scores
 * at norms' least is below, and of those at their most above, that of any norm.
 * @param places 0, 1, …, of all that is scored
 */
export function narrow(
  scored: Scored,
  norms: readonly Float32Array[],
  best: number,
  places: Int32Array,
  room: OrderRoom,
): Narrowed {
  const spread = spreads.get(norms) ?? spreadOf(norms);
  spreads.set(norms, spread);
  const { magnitudes, inputs } = scored;
  const size = magnitudes.length;
  const none = { certain: new Int32Array(), open: places, scored, best };
  if (best <= 0 || best >= size) return none;
  const lowest = bestScore(scored, spread.least, best, places, room) * (1 - slack);
  const highest = bestScore(scored, spread.most, best, places, room) * (1 + slack);
  if (!(lowest * Math.min(1, spread.faintest) > least)) return none;
  const [certain, open] = [new Int32Array(size), new Int32Array(size)];
  const narrowed = { magnitudes: new Float32Array(size), inputs: new Int32Array(size) };
  let [sure, left] = [0, 0];
  for (let i = 0; i < size; i++) {
    const [own, input] = [magnitudes[i] as number, inputs[i] as number];
    if (own * (spread.most[input] as number) < lowest) continue;
    if (own * (spread.least[input] as number) > highest) {
      certain[sure++] = i;
      continue;
    }
    open[left] = i;
    narrowed.magnitudes[left] = own;
    narrowed.inputs[left++] = input;
  }
  return {
    certain: certain.subarray(0, sure),
    open: open.subarray(0, left),
    scored: {
      magnitudes: narrowed.magnitudes.subarray(0, left),
      inputs: narrowed.inputs.subarray(0, left),
    },
    best: best - sure,
  };
}

/** The score that `best` scores reach. */
function bestScore(
  scored: Scored,
  norm: Float32Array,
  best: number,
  places: Int32Array,
  room: OrderRoom,
): number {
  const some = places.slice();
  const count = keepBest(some, best, scored, norm, room);
  let lowest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < count; i++) lowest = Math.min(lowest, room.scores[some[i] as number] as number);
  return lowest;
}

function spreadOf(norms: readonly Float32Array[]): Spread {
  const width = norms[0]?.length ?? 0;
  const spread = {
    least: new Float32Array(width).fill(Number.POSITIVE_INFINITY),
    most: new Float32Array(width),
  };
  let faintest = Number.POSITIVE_INFINITY;
  for (const norm of norms) {
    const length = Math.hypot(...norm);
    faintest = Math.min(faintest, Number.isFinite(length) ? length : 0);
    for (let j = 0; j < width; j++) {
      const own = (norm[j] as number) / length;
      spread.least[j] = Math.min(spread.least[j] as number, own);
      spread.most[j] = Math.max(spread.most[j] as number, own);
    }
  }
  return { ...spread, faintest };
}
