import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { contactSheet, labelledGrid } from '../../src/pictures/grid.ts';
import { colourAt } from './files.ts';

const colours = [
  [200, 0, 0],
  [0, 200, 0],
  [0, 0, 200],
  [200, 200, 0],
  [0, 200, 200],
] as const;

function flat([r, g, b]: readonly [number, number, number]) {
  const rgb = new Uint8Array(64 * 64 * 3);
  for (let at = 0; at < rgb.length; at += 3) rgb.set([r, g, b], at);
  return { width: 64, height: 64, rgb };
}

async function pixels(bytes: Uint8Array) {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  expect(info.channels).toBe(3);
  return { rgb: new Uint8Array(data), width: info.width, height: info.height };
}

describe('a labelled grid', () => {
  test('shows every picture in reading order', async () => {
    const grid = await pixels(await labelledGrid(colours.slice(0, 4).map(flat)));
    expect([grid.width, grid.height]).toEqual([8 + 2 * 264, 8 + 2 * 264]);
    const centres = [0.25, 0.75].flatMap((y) => [0.25, 0.75].map((x) => colourAt(grid, x, y)));
    expect(centres).toEqual(colours.slice(0, 4));
  });

  test('puts two or three pictures in one row', async () => {
    for (const count of [1, 2, 3]) {
      const grid = await pixels(await labelledGrid(colours.slice(0, count).map(flat)));
      expect([grid.width, grid.height]).toEqual([8 + count * 264, 272]);
    }
  });

  test('numbers each picture with its own digit, without any font', async () => {
    const grid = await labelledGrid([0, 0, 0, 0].map(() => flat([90, 90, 90])));
    const labels = [8, 272].flatMap((top) => [8, 272].map((left) => ({ left, top, width: 32, height: 32 })));
    const inks = await Promise.all(
      labels.map(async (label) => {
        const rgb = await sharp(grid).extract(label).greyscale().raw().toBuffer();
        return rgb.map((value) => (value < 80 ? 1 : 0)).join('');
      }),
    );
    expect(new Set(inks).size).toBe(4);
    for (const ink of inks) expect(ink.split('1').length).toBeGreaterThan(30);
  });

  test('has labels for four pictures at most, and needs one', async () => {
    await expect(labelledGrid(colours.map(flat))).rejects.toThrow(RangeError);
    await expect(labelledGrid([])).rejects.toThrow(RangeError);
  });
});

test('a contact sheet fills its rows and leaves the rest empty', async () => {
  const sheet = await pixels(await contactSheet(colours.map(flat), 3));
  expect([sheet.width, sheet.height]).toEqual([8 + 3 * 136, 8 + 2 * 136]);
  const places = [1 / 4, 3 / 4].flatMap((y) => [1 / 6, 1 / 2, 5 / 6].map((x) => colourAt(sheet, x, y)));
  expect(places).toEqual([...colours, [244, 244, 242]]);
});
