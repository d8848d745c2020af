/** Uniform numbers in [0, 1). */
export type Random = () => number;

/** A standard normal number (Box & Muller 1958). */
export function gaussian(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
