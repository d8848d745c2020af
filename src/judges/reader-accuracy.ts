import { attributeList, attributeValues, type Drawing } from '../world/index.ts';
import type { Reading } from './reader.ts';

/** Pictures, and in how many of them an attribute was read right. */
export interface Count {
  readonly pictures: number;
  readonly right: number;
}

export interface AttributeAccuracy {
  readonly name: string;
  readonly all: Count;
  /** Among pictures that show the attribute: whose value is not `none`. */
  readonly shown: Count;
}

/** How often each attribute was read as the drawings have it, in the order of {@link attributeList}. */
export function readerAccuracy(
  readings: readonly Reading[],
  drawings: readonly Drawing[],
): readonly AttributeAccuracy[] {
  const truths = drawings.map(attributeValues);
  return attributeList.map(({ name }) => {
    const pairs = truths.map((truth, at) => ({ truth: truth[name], read: readings[at]?.[name]?.value }));
    const count = (some: typeof pairs): Count => ({
      pictures: some.length,
      right: some.filter(({ truth, read }) => truth === read).length,
    });
    return { name, all: count(pairs), shown: count(pairs.filter(({ truth }) => truth !== 'none')) };
  });
}

/** The share of pictures read right, 0…1; NaN where there are none. */
export function shareRight({ pictures, right }: Count): number {
  return right / pictures;
}

/** Names of the attributes that are wrong in a reading of the drawing. */
export function misread(reading: Reading, drawing: Drawing): readonly string[] {
  const truth = attributeValues(drawing);
  return attributeList.map(({ name }) => name).filter((name) => reading[name]?.value !== truth[name]);
}
