const digitBits = 8;
const digits = 2 ** digitBits;

/**
 * Orders numbers of 32 bits from the smallest to the largest, equal ones as they come, by one stable pass a digit: several times as
 * fast as a sort by comparison (Knuth, The Art of Computer Programming, vol. 3, §5.2.5). What it gives is overwritten at each call.
 * @returns the place of each, in order
 */
export function createRadixOrder(size: number): (values: Uint32Array) => Uint32Array {
  const counts = new Uint32Array(digits);
  const places = [new Uint32Array(size), new Uint32Array(size)] as const;
  return (values) => {
    let [from, to] = places;
    for (let i = 0; i < size; i++) from[i] = i;
    for (let shift = 0; shift < 32; shift += digitBits) {
      counts.fill(0);
      for (let i = 0; i < size; i++) {
        const digit = ((values[i] as number) >>> shift) & (digits - 1);
        counts[digit] = (counts[digit] as number) + 1;
      }
      if (counts[((values[0] as number) >>> shift) & (digits - 1)] === size) continue;
      let at = 0;
      for (let digit = 0; digit < digits; digit++) {
        const count = counts[digit] as number;
        counts[digit] = at;
        at += count;
      }
      for (let i = 0; i < size; i++) {
        const place = from[i] as number;
        const digit = ((values[place] as number) >>> shift) & (digits - 1);
        const next = counts[digit] as number;
        counts[digit] = next + 1;
        to[next] = place;
      }
      [from, to] = [to, from];
    }
    return from;
  };
}
