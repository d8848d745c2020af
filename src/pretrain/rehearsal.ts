import type { Drawing } from './world/index.ts';

/** What is learnt slowly comes more often: two figures in one picture, and scarves, which few wear. */
const timesOfPair = 2;
const timesOfScarf = 2;

/** Places of the drawings in their list, each as often as its drawing is to come where one that is easily learnt comes once. */
export function rehearsed(drawings: readonly Drawing[]): readonly number[] {
  return drawings.flatMap((drawing, at) => Array<number>(timesOf(drawing)).fill(at));
}

function timesOf({ figures }: Drawing): number {
  const scarfed = figures.some(({ scarf }) => scarf !== null);
  return (figures.length > 1 ? timesOfPair : 1) * (scarfed ? timesOfScarf : 1);
}
