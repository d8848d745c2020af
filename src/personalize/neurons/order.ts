/** What is ranked: scores magnitude·norm, the norm being that of a weight's input. */
export interface Scored {
  /** None negative. */
  readonly magnitudes: Float32Array;
  readonly inputs: Int32Array;
}

/** Room to rank so many weights in, or fewer, of which nothing is kept between calls. */
export interface OrderRoom {
  readonly scores: Float32Array;
  /** Those of the scores, which sort as they do: none is negative. */
  readonly bits: Int32Array;
  readonly members: Int32Array;
  readonly moved: Int32Array;
  readonly counts: Int32Array;
}

/** Digits that scores are sorted by: 10 bits, 10 bits, and the 11 leading ones. */
const digitMask = 2 ** 10 - 1;
const second = { shift: 10, from: 2 ** 10 };
const leading = { shift: 20, from: 2 ** 11, values: 2 ** 11 };
/** How many bits are looked at together among scores that are equal in their leading ones. */
const further = { bits: 5, values: 2 ** 5 };

/** Room for `size` weights: 12 bytes each, and 16 kB for the counts. */
export function orderRoom(size: number): OrderRoom {
  const scores = new Float32Array(size);
  return {
    scores,
    bits: new Int32Array(scores.buffer),
    members: new Int32Array(size),
    moved: new Int32Array(size),
    counts: new Int32Array(leading.from + leading.values),
  };
}

/**
 * Gives each weight its rank, 0 for the best; of equal scores the later is the better.
 *
 * This and {@link keepBest} do all for a norm in one function, too long for V8 to put inline into loops over norms: there,
 * the same loops run at half the speed.
 */
export function rankInto(
  ranks: Uint32Array,
  { magnitudes, inputs }: Scored,
  norm: Float32Array,
  room: OrderRoom,
): void {
  const { scores, bits, members, moved, counts: starts } = room;
  const { length } = magnitudes;
  for (let i = 0; i < length; i++)
    scores[i] = (magnitudes[i] as number) * (norm[inputs[i] as number] as number);
  starts.fill(0);
  for (let i = 0; i < length; i++) {
    const own = bits[i] as number;
    const low = own & digitMask;
    const middle = second.from + ((own >>> second.shift) & digitMask);
    const high = leading.from + (own >>> leading.shift);
    starts[low] = (starts[low] as number) + 1;
    starts[middle] = (starts[middle] as number) + 1;
    starts[high] = (starts[high] as number) + 1;
  }
  let start = 0;
  for (let at = 0; at < starts.length; at++) {
    if (at === second.from || at === leading.from) start = 0;
    const count = starts[at] as number;
    starts[at] = start;
    start += count;
  }
  for (let i = 0; i < length; i++) {
    const at = (bits[i] as number) & digitMask;
    const place = starts[at] as number;
    starts[at] = place + 1;
    members[place] = i;
  }
  for (let i = 0; i < length; i++) {
    const member = members[i] as number;
    const at = second.from + (((bits[member] as number) >>> second.shift) & digitMask);
    const place = starts[at] as number;
    starts[at] = place + 1;
    moved[place] = member;
  }
  for (let i = 0; i < length; i++) {
    const member = moved[i] as number;
    const at = leading.from + ((bits[member] as number) >>> leading.shift);
    const place = starts[at] as number;
    starts[at] = place + 1;
    ranks[member] = length - 1 - place;
  }
}

/**
 * Moves those of some weights that are among the `best` best of all to the front, in their order, and returns how many
 * there are.
 * @param best from 1 to the number of weights
 */
export function keepBest(
  some: Int32Array,
  best: number,
  { magnitudes, inputs }: Scored,
  norm: Float32Array,
  room: OrderRoom,
): number {
  const { scores, bits, members, counts } = room;
  const { length } = magnitudes;
  for (let i = 0; i < length; i++)
    scores[i] = (magnitudes[i] as number) * (norm[inputs[i] as number] as number);
  counts.fill(0, 0, leading.values);
  let value = 0;
  for (let i = 0; i < length; i++) {
    const own = (bits[i] as number) >>> leading.shift;
    counts[own] = (counts[own] as number) + 1;
    if (own > value) value = own;
  }
  let left = best;
  while (left > (counts[value] as number)) left -= counts[value--] as number;
  let equal = 0;
  for (let i = 0; i < length; i++) {
    members[equal] = i;
    equal += (bits[i] as number) >>> leading.shift === value ? 1 : 0;
  }
  for (let shift = leading.shift - further.bits; shift >= 0 && equal > 1; shift -= further.bits) {
    counts.fill(0, 0, further.values);
    for (let i = 0; i < equal; i++) {
      const own = ((bits[members[i] as number] as number) >>> shift) & (further.values - 1);
      counts[own] = (counts[own] as number) + 1;
    }
    value = further.values - 1;
    while (left > (counts[value] as number)) left -= counts[value--] as number;
    let kept = 0;
    for (let i = 0; i < equal; i++) {
      const member = members[i] as number;
      members[kept] = member;
      kept += (((bits[member] as number) >>> shift) & (further.values - 1)) === value ? 1 : 0;
    }
    equal = kept;
  }
  const last = members[equal - left] as number;
  const least = bits[last] as number;
  let kept = 0;
  for (let i = 0; i < some.length; i++) {
    const member = some[i] as number;
    const own = bits[member] as number;
    some[kept] = member;
    kept += own > least || (own === least && member >= last) ? 1 : 0;
  }
  return kept;
}
