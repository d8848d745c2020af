import type { Drawing, Figure } from '../world/index.ts';

/** What is learnt slowly comes more often: two figures in one picture, and what figures wear and hold. */
const timesOfPair = 2;
const timesOfDressed = 2;

/** Places of the drawings in their list, each as often as its drawing is to come where one that is easily learnt comes once. */
export function rehearsed(drawings: readonly Drawing[]): readonly number[] {
  return drawings.flatMap((drawing, at) => Array<number>(timesOf(drawing)).fill(at));
}

function timesOf({ figures }: Drawing): number {
  return (figures.length > 1 ? timesOfPair : 1) * (figures.some(isDressed) ? timesOfDressed : 1);
}

function isDressed({ subject, hat, scarf, ball }: Figure): boolean {
  return [hat, scarf, ball, subject?.collar ?? null].some((thing) => thing !== null);
}
