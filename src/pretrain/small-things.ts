import type { PixelImage } from '../pictures/image.ts';
import { type Drawing, type Figure, farthestColour } from '../world/index.ts';

/** What a small thing adds to the weights of a whole picture, and the most that it adds to a cell. */
const emphasis = { thing: 48, cell: 10 } as const;
/** Of 0 to 255, in any channel: less is a drawing style's grain. */
const noticeable = 12;

/**
 * For each small thing that figures wear or hold, the same drawing with that thing in other colours: what differs in their pictures is
 * where the thing is seen.
 */
export function repaintings(drawing: Drawing): readonly Drawing[] {
  return drawing.figures.flatMap((figure, at) =>
    repaintedFigures(figure).map((repainted) => ({
      ...drawing,
      figures: drawing.figures.with(at, repainted),
    })),
  );
}

function repaintedFigures(figure: Figure): readonly Figure[] {
  const { subject, hat, scarf, ball } = figure;
  return [
    ...(subject?.collar
      ? [{ ...figure, subject: { ...subject, collar: farthestColour(subject.collar) } }]
      : []),
    ...(hat ? [{ ...figure, hat: otherColours(hat) }] : []),
    ...(scarf ? [{ ...figure, scarf: otherColours(scarf) }] : []),
    ...(ball ? [{ ...figure, ball: otherColours(ball) }] : []),
  ];
}

function otherColours<T extends Pick<NonNullable<Figure['hat']>, 'colour' | 'trim'>>(thing: T): T {
  return { ...thing, colour: farthestColour(thing.colour), trim: farthestColour(thing.trim) };
}

/**
 * Weights of a squared error by cells of `cell`×`cell` pixels, row by row: 1, and more where one of the `others` differs from the picture, each of them
 * adding about as much, be it large or small. Of a picture a collar is a hundredth, and unweighted its colour would be a hundredth of
 * what the U-Net is corrected for.
 */
export function weightsOfThings(
  image: PixelImage,
  others: readonly PixelImage[],
  cell: number,
): Float32Array {
  const weights = new Float32Array((image.width / cell) * (image.height / cell)).fill(1);
  for (const other of others) {
    const shares = sharesOfDifference(image, other, cell);
    const area = shares.reduce((sum, share) => sum + share, 0);
    const most = Math.min(emphasis.cell, emphasis.thing / Math.max(area, 1));
    for (const [at, share] of shares.entries()) weights[at] = (weights[at] as number) + most * share;
  }
  return weights;
}

/** The share of each cell's pixels that differ, 0 to 1. */
function sharesOfDifference(
  { width, height, rgb }: PixelImage,
  other: PixelImage,
  cell: number,
): Float32Array {
  const columns = width / cell;
  const shares = new Float32Array(columns * (height / cell));
  for (let at = 0; at < width * height; at++) {
    const differs = [3 * at, 3 * at + 1, 3 * at + 2].some(
      (i) => Math.abs((rgb[i] as number) - (other.rgb[i] as number)) > noticeable,
    );
    const place = Math.floor(at / width / cell) * columns + Math.floor((at % width) / cell);
    if (differs) shares[place] = (shares[place] as number) + 1 / cell ** 2;
  }
  return shares;
}
