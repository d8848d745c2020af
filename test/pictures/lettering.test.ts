import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { labelledSheet } from '../../src/pictures/labelled-sheet.ts';
import { lettering, letteringWidth, wrapped } from '../../src/pictures/lettering.ts';
import { rasterize } from '../../src/pictures/rasterize.ts';

const page = (content: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="40">${content}</svg>`;

/** The box around everything that is dark, in pixels. */
async function inkOf(png: Uint8Array) {
  const { data, info } = await sharp(png).greyscale().raw().toBuffer({ resolveWithObject: true });
  const dark = Array.from(data.keys()).filter((i) => (data[i] as number) < 160);
  const xs = dark.map((i) => i % info.width);
  const ys = dark.map((i) => Math.floor(i / info.width));
  return {
    left: Math.min(...xs),
    right: Math.max(...xs) + 1,
    top: Math.min(...ys),
    bottom: Math.max(...ys) + 1,
    count: dark.length,
  };
}

const drawn = (text: string, change: object = {}) =>
  rasterize(page(lettering(text, { x: 20, y: 30, size: 18, colour: 'black', ...change })));

describe('letters', () => {
  test('stand on their line from where they begin, as high and as wide as they say', async () => {
    const ink = await inkOf(await drawn('HEM'));
    expect(Math.abs(ink.left - 20)).toBeLessThanOrEqual(2);
    expect(Math.abs(ink.right - 20 - letteringWidth('HEM', 18))).toBeLessThanOrEqual(2);
    expect(Math.abs(ink.bottom - 30)).toBeLessThanOrEqual(2);
    expect(Math.abs(ink.top - 12)).toBeLessThanOrEqual(2);
  });

  test('end or have their middle where they should', async () => {
    const end = await inkOf(await drawn('HEM', { x: 150, anchor: 'end' }));
    expect(Math.abs(end.right - 150)).toBeLessThanOrEqual(2);
    const middle = await inkOf(await drawn('HEM', { x: 100, anchor: 'middle' }));
    expect(Math.abs((middle.left + middle.right) / 2 - 100)).toBeLessThanOrEqual(2);
  });

  test('are strokes and need no font', () => {
    expect(lettering('<new1> dog', { x: 0, y: 0, size: 9, colour: 'black' })).not.toMatch(/<text|font/);
  });

  test('are all different that prompts, names and numbers need', async () => {
    const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789<>-.,:%()/'];
    const pictures = await Promise.all(letters.map(async (letter) => (await drawn(letter)).toString()));
    expect(new Set(pictures).size).toBe(letters.length);
    const [unknown] = await Promise.all([drawn('é'), drawn('ß')]);
    expect(pictures).not.toContain(unknown.toString());
  });
});

test('a text is broken between words into lines that fit', () => {
  const lines = wrapped('A <new1> dog wearing a <new4> hat', 9, 80);
  expect(lines.join(' ')).toBe('A <new1> dog wearing a <new4> hat');
  expect(lines.length).toBeGreaterThan(1);
  for (const line of lines) expect(letteringWidth(line, 9)).toBeLessThanOrEqual(80);
  expect(wrapped('lighthouse', 9, 10)).toEqual(['lighthouse']);
});

describe('a labelled sheet', () => {
  const image = (red: number) => ({
    width: 2,
    height: 2,
    rgb: Uint8Array.from({ length: 12 }, (_, i) => (i % 3 === 0 ? red : 0)),
  });
  const sheet = {
    headings: ['in the snow', 'in the park'],
    rows: [
      {
        label: 'CNS',
        groups: [
          [image(50), image(60)],
          [image(70), image(80)],
        ],
      },
      {
        label: 'C-LoRA',
        groups: [
          [image(90), image(100)],
          [image(110), image(120)],
        ],
      },
    ],
    side: 16,
  };

  test('has every picture in its row and column', async () => {
    const { data, info } = await sharp(await labelledSheet(sheet))
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const reds = Array.from({ length: info.width * info.height }, (_, i) => i)
      .filter((i) => data[3 * i + 1] === 0 && data[3 * i + 2] === 0)
      .map((i) => ({ x: i % info.width, y: Math.floor(i / info.width), red: data[3 * i] as number }));
    const placeOf = (red: number) => {
      const own = reds.filter((pixel) => pixel.red === red);
      expect(own).toHaveLength(16 * 16);
      return { x: Math.min(...own.map(({ x }) => x)), y: Math.min(...own.map(({ y }) => y)) };
    };
    const [first, second] = [50, 90].map((red) => [0, 10, 20, 30].map((more) => placeOf(red + more)));
    expect(new Set(first!.map(({ y }) => y)).size).toBe(1);
    expect(first!.map(({ x }) => x)).toEqual(first!.map(({ x }) => x).toSorted((a, b) => a - b));
    expect(second!.map(({ x }) => x)).toEqual(first!.map(({ x }) => x));
    expect(second![0]!.y).toBeGreaterThan(first![0]!.y);
  });

  test('needs a picture', async () => {
    await expect(labelledSheet({ headings: [], rows: [] })).rejects.toThrow('a sheet needs a picture');
  });
});
