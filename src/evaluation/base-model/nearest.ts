import { cosine } from '../../judges/alignment.ts';

/** How often an image–text encoder pair finds what belongs together. */
export interface PairScore {
  readonly pairs: number;
  /** How many there are to choose from. */
  readonly among: number;
  /** Share of pictures whose own caption is the nearest, and of captions whose own picture is, in percent. */
  readonly captionFound: number;
  readonly pictureFound: number;
}

const among = 32;

/**
 * Looks for every picture's caption, and every caption's picture, among those of the same 32; what does not fill 32 is
 * left out.
 * @param pictures unit-length embeddings in the order of those of their captions
 */
export function pairScore(pictures: readonly Float32Array[], texts: readonly Float32Array[]): PairScore {
  const groups = Array.from({ length: Math.floor(pictures.length / among) }, (_, i) =>
    [pictures, texts].map((all) => all.slice(i * among, (i + 1) * among)),
  ) as [Float32Array[], Float32Array[]][];
  const pairs = groups.length * among;
  const share = (count: (group: [Float32Array[], Float32Array[]]) => number) =>
    (100 * groups.reduce((sum, group) => sum + count(group), 0)) / pairs;
  return {
    pairs,
    among,
    captionFound: share(([own, captions]) => foundAmong(own, captions)),
    pictureFound: share(([own, captions]) => foundAmong(captions, own)),
  };
}

/** How many have their own partner nearest: where another is as near, the encoder does not tell them apart. */
function foundAmong(own: readonly Float32Array[], partners: readonly Float32Array[]): number {
  return own.filter((one, at) => {
    const cosines = partners.map((partner) => cosine(one, partner));
    const near = Math.max(...cosines.toSpliced(at, 1));
    return (cosines[at] as number) > near;
  }).length;
}
