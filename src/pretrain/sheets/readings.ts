import sharp from 'sharp';
import type { Reading } from '../../judges/reader.ts';
import {
  type AttributeAccuracy,
  type Count,
  misread,
  readerAccuracy,
  shareRight,
} from '../../judges/reader-accuracy.ts';
import type { PixelImage } from '../../pictures/image.ts';
import { lettering } from '../../pictures/lettering.ts';
import type { Drawing } from '../../world/index.ts';
import { pictureSheet } from './pictures.ts';

const columns = 8;
const worstShown = 24;

const width = 1056;
const row = 18;
const letter = 8;
/** Where the bars of the left and of the right figure begin, and how long they can be. */
const barsAt = [190, 622] as const;
const bar = 206;
/** The share at which a bar begins, and the one that every attribute is to reach. */
const [lowest, wanted] = [0.8, 0.98];
const [ink, enough, tooFew, faint] = ['#1f2328', '#3f8f5b', '#d9822b', '#d8d8d4'];

/**
 * How well held-out pictures were read, as a PNG: for every attribute the share of all pictures read right, as a bar from
 * 80 to 100 % with the aim of 98 % marked, and behind it, in figures, that share and the one of the pictures that show the
 * attribute; below, the pictures with the most mistakes, worst first.
 */
export async function readingSheet(
  drawings: readonly Drawing[],
  images: readonly PixelImage[],
  readings: readonly Reading[],
): Promise<Uint8Array> {
  const chart = chartOf(readerAccuracy(readings, drawings));
  const mistakes = (at: number) => misread(readings[at] as Reading, drawings[at] as Drawing).length;
  const worst = images
    .map((image, at) => ({ image, wrong: mistakes(at) }))
    .toSorted((a, b) => b.wrong - a.wrong)
    .slice(0, worstShown);
  const pictures = await pictureSheet(
    worst.map(({ image }) => image),
    columns,
  );
  const { height: below = 0 } = await sharp(pictures).metadata();
  const sheet = { width, height: chart.height + below, channels: 3 as const, background: '#ffffff' };
  const parts = [
    { input: Buffer.from(chart.svg), left: 0, top: 0 },
    { input: Buffer.from(pictures), left: 0, top: chart.height },
  ];
  return sharp({ create: sheet }).composite(parts).removeAlpha().png().toBuffer();
}

/** A row for each attribute of a figure, with a bar for the left and one for the right figure; then the whole picture's. */
function chartOf(accuracies: readonly AttributeAccuracy[]): {
  readonly svg: string;
  readonly height: number;
} {
  const of = (slot: string) => accuracies.filter(({ name }) => name.startsWith(`${slot}.`));
  const [left, right] = [of('left'), of('right')];
  const whole = accuracies.filter(({ name }) => !name.includes('.'));
  const rows = [
    text('left', barsAt[0], 0) + text('right', barsAt[1], 0),
    ...left.map((one, at) => label(one, at + 1) + barAt(one, at + 1, 0) + barAt(right[at]!, at + 1, 1)),
    ...whole.map((one, at) => label(one, left.length + at + 1) + barAt(one, left.length + at + 1, 0)),
  ];
  const height = (rows.length + 1) * row;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${rows.join('')}</svg>`;
  return { svg, height };
}

/** Standing on the foot of a line's bar. */
function text(words: string, x: number, line: number): string {
  return lettering(words, { x, y: line * row + row / 2 + letter, size: letter, colour: ink });
}

function label({ name }: AttributeAccuracy, line: number): string {
  const words = name.replace(/^\w+\./, '').replaceAll(/[A-Z]/g, (capital) => ` ${capital}`);
  return text(words.toLowerCase(), 12, line);
}

function barAt({ all, shown }: AttributeAccuracy, line: number, column: 0 | 1): string {
  const x = barsAt[column];
  const y = line * row + row / 2;
  const length = (share: number) => (bar * Math.max(0, share - lowest)) / (1 - lowest);
  const share = shareRight(all);
  const percent = (count: Count) => (count.pictures === 0 ? '-' : (100 * shareRight(count)).toFixed(1));
  return (
    `<path d="M${x} ${y}h${length(1)}v${letter}h${-length(1)}z" fill="${faint}"/>` +
    `<path d="M${x} ${y}h${length(share)}v${letter}h${-length(share)}z" fill="${share >= wanted ? enough : tooFew}"/>` +
    `<path d="M${x + length(wanted)} ${y - 3}v${letter + 6}" stroke="${ink}"/>` +
    text(`${percent(all)} ${percent(shown)}`, x + length(1) + 12, line)
  );
}
