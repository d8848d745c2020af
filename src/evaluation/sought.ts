import type { Reading } from '../judges/reader.ts';
import { anyValue, type Named } from '../world/index.ts';

/** What is looked for in a picture, at one place of it. */
export interface Sought {
  /** The concept's token, or whose it is otherwise. */
  readonly of: string;
  /** Which of the picture's figures, in the order of the prompt; null for the picture as a whole. */
  readonly figure: 0 | 1 | null;
  /** Values by name: a figure's without its place (`class`, `hatColour`), the whole's as they are (`scene`, `style`). */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Everything that a prompt names, where it belongs. */
export function soughtIn({ figures, scene, style }: Named): readonly Sought[] {
  const of = 'prompt';
  const whole = { ...(scene && { scene }), ...(style && { style }) };
  return [
    ...figures.map((attributes, i): Sought => ({ of, figure: i === 0 ? 0 : 1, attributes })),
    ...(Object.keys(whole).length > 0 ? [{ of, figure: null, attributes: whole } as const] : []),
  ];
}

/** How the figures of a prompt may stand: prompts do not say which is on the left. */
const standings = [
  ['left', 'right'],
  ['right', 'left'],
] as const;

/**
 * For each thing sought, the names of its attributes that the picture shows where they belong: with its figure's. The
 * figures stand as suits all of them best together, so that what one has is not found with the other.
 * Throws where the reader does not know an attribute.
 */
export function findIn(reading: Reading, sought: readonly Sought[]): readonly (readonly string[])[] {
  const [usual, turned] = standings.map((places) =>
    sought.map((one) => foundAt(reading, one, one.figure === null ? '' : `${places[one.figure]}.`)),
  ) as [string[][], string[][]];
  return turned.flat().length > usual.flat().length ? turned : usual;
}

function foundAt(reading: Reading, { attributes }: Sought, prefix: string): string[] {
  return Object.entries(attributes).flatMap(([name, wanted]) => {
    const seen = reading[`${prefix}${name}`]?.value;
    if (seen === undefined) throw new RangeError(`The reader does not tell ${prefix}${name}`);
    return (wanted === anyValue ? seen !== 'none' : seen === wanted) ? [name] : [];
  });
}

/** How many attributes are sought, and how many of them are there. */
export interface Tally {
  readonly sought: number;
  readonly found: number;
}

/** What was found of one thing, in one or more pictures. */
export function tallyOf({ attributes }: Sought, found: readonly (readonly string[])[]): Tally {
  return { sought: Object.keys(attributes).length * found.length, found: found.flat().length };
}

/** The share found of all that was sought, in percent; NaN where nothing was. */
export function shareFound(tallies: readonly Tally[]): number {
  const sum = (of: (tally: Tally) => number) => tallies.reduce((total, tally) => total + of(tally), 0);
  return (100 * sum(({ found }) => found)) / sum(({ sought }) => sought);
}
