import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { PixelImage } from '../../src/pictures/image.ts';
import type { ColourName } from '../../src/world/colour.ts';
import type { Figure } from '../../src/world/drawing.ts';
import {
  type Drawing,
  drawingSheet,
  renderPixels,
  renderSvg,
  sampleDrawing,
  seededRandom,
} from '../../src/world/index.ts';
import type { SubjectKind } from '../../src/world/kinds.ts';

/** The named colours as people would know them. */
const named: Record<ColourName, readonly [number, number, number]> = {
  red: [224, 58, 62],
  orange: [245, 135, 31],
  yellow: [251, 207, 43],
  green: [61, 171, 72],
  teal: [18, 161, 156],
  blue: [47, 107, 219],
  purple: [122, 63, 194],
  pink: [245, 128, 180],
  brown: [138, 82, 48],
  black: [42, 42, 51],
  white: [251, 250, 245],
  grey: [144, 151, 161],
};

const kinds = ['dog', 'cat', 'horse', 'lighthouse', 'bird', 'house', 'car', 'tree'] as const;
const necked = ['dog', 'cat', 'horse', 'bird'] as const;
const bare: Drawing = {
  figures: [],
  scene: { kind: 'park', sky: '#9fdcff', ground: '#70c050', horizon: 42, props: [] },
  style: { kind: 'plain', paper: '#ffffff', ink: '#2b2633', tint: 1, weight: 0.5, hatching: 'falling' },
};

function figureOf(kind: SubjectKind | null, body: ColourName = 'red', parts: Partial<Figure> = {}): Figure {
  const second = body === 'blue' ? 'yellow' : 'blue';
  const look = { second, pattern: 'plain', accent: second, ears: 'pointed', collar: null } as const;
  return {
    subject: kind && { kind, body, ...look },
    hat: null,
    scarf: null,
    ball: null,
    placement: { x: 0, size: 0.5, facing: 'right' },
    ...parts,
  };
}

function drawingOf(...figures: readonly Figure[]): Drawing {
  return { ...bare, figures };
}

const withSubject = (kind: SubjectKind, body: ColourName = 'red') => drawingOf(figureOf(kind, body));

const pixelAt = ({ rgb }: PixelImage, i: number) => [rgb[3 * i]!, rgb[3 * i + 1]!, rgb[3 * i + 2]!] as const;

function apart(a: PixelImage, b: PixelImage, i: number): boolean {
  const [x, y] = [pixelAt(a, i), pixelAt(b, i)];
  return Math.max(...x.map((value, c) => Math.abs(value - y[c]!))) > 24;
}

async function silhouette(kind: SubjectKind): Promise<boolean[]> {
  const [empty, full] = [await renderPixels(bare), await renderPixels(withSubject(kind))];
  return Array.from({ length: 64 * 64 }, (_, i) => apart(empty, full, i));
}

/** Where a picture has about the named colour. */
function placesOf(image: PixelImage, colour: ColourName, within = 30): number[] {
  const [r, g, b] = named[colour];
  const near = (i: number) => {
    const [x, y, z] = pixelAt(image, i);
    return Math.hypot(x - r, y - g, z - b) < within;
  };
  return Array.from({ length: image.width * image.height }, (_, i) => i).filter(near);
}

const share64 = (places: readonly number[]) => places.length / 64 ** 2;
const middle = (places: readonly number[]) => places.reduce((sum, i) => sum + (i % 64), 0) / places.length;

describe('renderPixels', () => {
  it('gives RGB pixels of the size asked for', async () => {
    for (const size of [64, 96]) {
      const { width, height, rgb } = await renderPixels(bare, size);
      expect([width, height, rgb.length]).toEqual([size, size, 3 * size * size]);
    }
  });

  it('gives equal pixels for equal seeds, and other pixels for others', async () => {
    const draw = async (seed: number) =>
      Buffer.from((await renderPixels(sampleDrawing(seededRandom(seed)))).rgb);
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      expect((await draw(seed)).equals(await draw(seed))).toBe(true);
      expect((await draw(seed)).equals(await draw(seed + 100))).toBe(false);
    }
  });

  it.each(kinds)('shows a %s in its main colour, whatever that is', async (kind) => {
    const empty = await renderPixels(bare);
    for (const name of Object.keys(named) as ColourName[]) {
      const image = await renderPixels(withSubject(kind, name));
      const before = new Set(placesOf(empty, name, 16));
      const found = placesOf(image, name, 16).filter((i) => !before.has(i));
      expect(share64(found), name).toBeGreaterThan(0.07);
    }
  });

  it('gives every class a silhouette of its own', async () => {
    const masks = await Promise.all(kinds.map(silhouette));
    const most = (first: number, second: number) => (Math.max(first, second) < 4 ? 0.7 : 0.75);
    for (const [i, a] of masks.entries()) {
      for (const [j, b] of masks.entries()) {
        if (j <= i) continue;
        const both = a.filter((inside, at) => inside && b[at]).length;
        const either = a.filter((inside, at) => inside || b[at]).length;
        expect(both / either, `${kinds[i]} and ${kinds[j]}`).toBeLessThan(most(i, j));
      }
    }
  });

  it.each(kinds)('shows a %s between 50 and 95 percent of the height', async (kind) => {
    for (const size of [0, 1]) {
      const placement = { x: 0, size, facing: 'right' } as const;
      const [empty, full] = [
        await renderPixels(bare),
        await renderPixels(drawingOf(figureOf(kind, 'red', { placement }))),
      ];
      const rows = Array.from({ length: 64 }, (_, y) => y).filter((y) =>
        Array.from({ length: 64 }, (_, x) => apart(empty, full, 64 * y + x)).some(Boolean),
      );
      expect(rows.length / 64).toBeGreaterThan(0.5);
      expect(rows.length / 64).toBeLessThan(0.97);
    }
  });

  it.each(kinds)('makes the hat of a %s big enough to see', async (kind) => {
    for (const hat of ['party', 'beanie', 'top', 'cap'] as const) {
      const worn = { kind: hat, colour: 'purple', trim: 'yellow', striped: false } as const;
      const image = await renderPixels(drawingOf(figureOf(kind, 'red', { hat: worn })));
      expect(share64(placesOf(image, 'purple')), hat).toBeGreaterThan(0.02);
    }
  });

  it.each(necked)('makes the scarf of a %s big enough to see', async (kind) => {
    const scarf = { pattern: 'plain', colour: 'purple', trim: 'yellow' } as const;
    const image = await renderPixels(drawingOf(figureOf(kind, 'red', { scarf })));
    expect(share64(placesOf(image, 'purple'))).toBeGreaterThan(0.015);
  });

  it.each(kinds)('lays the ball of a %s whole beside it', async (kind) => {
    const ball = { pattern: 'plain', colour: 'purple', trim: 'yellow' } as const;
    for (const facing of ['left', 'right'] as const) {
      const placement = { x: 0, size: 0.5, facing } as const;
      const image = await renderPixels(drawingOf(figureOf(kind, 'red', { ball, placement })));
      const [ballAt, bodyAt] = [placesOf(image, 'purple'), placesOf(image, 'red')];
      expect(share64(ballAt), facing).toBeGreaterThan(0.025);
      expect(share64(bodyAt), facing).toBeGreaterThan(0.07);
      expect(middle(ballAt) > middle(bodyAt)).toBe(facing === 'right');
    }
  });

  it.each(['scarf', 'ball'] as const)('shows a %s that lies by itself large', async (kind) => {
    const thing = { pattern: 'stripes', colour: 'purple', trim: 'yellow' } as const;
    const image = await renderPixels(drawingOf(figureOf(null, 'red', { [kind]: thing })));
    expect(share64(placesOf(image, 'purple'))).toBeGreaterThan(0.05);
    expect(share64(placesOf(image, 'yellow'))).toBeGreaterThan(0.01);
  });

  it.each(kinds)('stands two side by side, the left one left: a %s and each other class', async (kind) => {
    const hat = { kind: 'cap', colour: 'orange', trim: 'black', striped: false } as const;
    for (const other of kinds) {
      const pair = drawingOf(figureOf(kind, 'red', { hat }), figureOf(other, 'purple', { hat }));
      const image = await renderPixels(pair);
      const [left, right] = [placesOf(image, 'red'), placesOf(image, 'purple')];
      expect(share64(left), other).toBeGreaterThan(0.03);
      expect(share64(right), other).toBeGreaterThan(0.03);
      expect(middle(right) - middle(left), other).toBeGreaterThan(20);
    }
  });
});

describe('renderSvg', () => {
  it('names every definition once and uses only what it defines', () => {
    const random = seededRandom(5);
    for (let i = 0; i < 300; i++) {
      const svg = renderSvg(sampleDrawing(random));
      const defined = [...svg.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
      const used = [...svg.matchAll(/url\(#([^)]+)\)/g)].map((match) => match[1]);
      expect(new Set(defined).size).toBe(defined.length);
      expect(used.filter((id) => !defined.includes(id))).toEqual([]);
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    }
  });
});

describe('drawingSheet', () => {
  it('lays drawings out in rows', async () => {
    const random = seededRandom(9);
    const png = await drawingSheet(
      Array.from({ length: 5 }, () => sampleDrawing(random)),
      3,
      2,
    );
    const { format, width, height } = await sharp(png).metadata();
    expect([format, width, height]).toEqual(['png', 3 * 130 - 2, 2 * 130 - 2]);
  });
});
