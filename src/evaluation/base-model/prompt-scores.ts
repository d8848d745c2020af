import type { Reading } from '../../judges/reader.ts';
import { findIn, type Sought } from '../sought.ts';
import type { PromptScript } from './held-out.ts';

/**
 * Where a prompt's attributes are looked for: in the model's picture, in the drawing that the prompt is a caption of, and
 * in what the autoencoder leaves of that drawing. What is not found in the second is the reader's fault, and what is
 * found there but not in the third is the autoencoder's.
 */
export type Source = 'drawn' | 'drawing' | 'reconstruction';
type PerSource<T> = Readonly<Partial<Record<Source, T>>>;

/** What a prompt names and what of that is missing. Attributes of a second figure begin with `second.` */
export interface PromptScore {
  readonly text: string;
  readonly named: readonly string[];
  readonly missed: PerSource<readonly string[]>;
}

/** Over several prompts, or one attribute of them. */
export interface GroupScore {
  readonly prompts: number;
  readonly attributes: number;
  /** Share found of all attributes, in percent; NaN where there are none. */
  readonly found: PerSource<number>;
}

export interface PromptGroups {
  readonly all: GroupScore;
  /** By how many attributes a prompt names; the last are those that name as many or more. */
  readonly byCount: Readonly<Record<(typeof counts)[number], GroupScore>>;
  readonly twoSubjects: GroupScore;
  /** By the attribute's name, whichever figure's it is. */
  readonly byAttribute: Readonly<Record<string, GroupScore>>;
}

const counts = ['1', '2', '3', '4+'] as const;
const second = 'second.';

/** What was found of a prompt in the reading of each picture that there is. */
export function promptScore(
  { text, sought }: Pick<PromptScript, 'text' | 'sought'>,
  readings: PerSource<Reading>,
): PromptScore {
  const labels = (one: Sought, names: readonly string[]) =>
    names.map((name) => (one.figure === 1 ? second + name : name));
  const named = sought.flatMap((one) => labels(one, Object.keys(one.attributes)));
  const missedIn = (reading: Reading) => {
    const found = findIn(reading, sought).flatMap((names, at) => labels(sought[at] as Sought, names));
    return named.filter((label) => !found.includes(label));
  };
  const missed = Object.entries(readings).map(([source, reading]) => [source, missedIn(reading)]);
  return { text, named, missed: Object.fromEntries(missed) };
}

/** Shares found, over all prompts and over groups of them. */
export function promptGroups(prompts: readonly PromptScore[]): PromptGroups {
  const countOf = ({ named }: PromptScore) => (named.length >= counts.length ? '4+' : `${named.length}`);
  const names = new Set(prompts.flatMap(({ named }) => named.map(attributeOf)));
  return {
    all: groupOf(prompts),
    byCount: Object.fromEntries(
      counts.map((count) => [count, groupOf(prompts.filter((prompt) => countOf(prompt) === count))]),
    ) as PromptGroups['byCount'],
    twoSubjects: groupOf(prompts.filter(({ named }) => named.some((label) => label.startsWith(second)))),
    byAttribute: Object.fromEntries([...names].map((name) => [name, groupOf(prompts.map(only(name)))])),
  };
}

function attributeOf(label: string): string {
  return label.replace(second, '');
}

/** A prompt as if it named one attribute alone. */
function only(name: string) {
  const kept = (labels: readonly string[]) => labels.filter((label) => attributeOf(label) === name);
  return ({ text, named, missed }: PromptScore): PromptScore => ({
    text,
    named: kept(named),
    missed: Object.fromEntries(Object.entries(missed).map(([source, labels]) => [source, kept(labels)])),
  });
}

function groupOf(prompts: readonly PromptScore[]): GroupScore {
  const naming = prompts.filter(({ named }) => named.length > 0);
  const attributes = naming.reduce((sum, { named }) => sum + named.length, 0);
  const sources = Object.keys(prompts[0]?.missed ?? {}) as readonly Source[];
  const found = (source: Source) => {
    const missing = naming.reduce((sum, { missed }) => sum + (missed[source] as readonly string[]).length, 0);
    return (100 * (attributes - missing)) / attributes;
  };
  return {
    prompts: naming.length,
    attributes,
    found: Object.fromEntries(sources.map((source) => [source, found(source)])),
  };
}
