import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { PixelImage } from '../../../src/pictures/image.ts';
import type { ColourName } from '../../../src/pretrain/world/colour.ts';
import {
  type Drawing,
  drawingSheet,
  renderPixels,
  renderSvg,
  sampleDrawing,
  seededRandom,
} from '../../../src/pretrain/world/index.ts';
import type { SubjectKind } from '../../../src/pretrain/world/subjects/index.ts';

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

const kinds = ['dog', 'cat', 'horse', 'lighthouse'] as const;
const bare: Drawing = {
  subject: null,
  hat: null,
  placement: { x: 0, size: 0.5, facing: 'right' },
  scene: { kind: 'park', sky: '#9fdcff', ground: '#70c050', horizon: 42, props: [] },
  style: { kind: 'plain', paper: '#ffffff', ink: '#2b2633', tint: 1, weight: 0.5, hatching: 'falling' },
};

function withSubject(kind: SubjectKind, body: ColourName = 'red'): Drawing {
  const second = body === 'blue' ? 'yellow' : 'blue';
  return {
    ...bare,
    subject: { kind, body, second, pattern: 'plain', accent: second, ears: 'pointed', collar: null },
  };
}

const pixelAt = ({ rgb }: PixelImage, i: number) => [rgb[3 * i]!, rgb[3 * i + 1]!, rgb[3 * i + 2]!] as const;

function share(image: PixelImage, test: (index: number) => boolean): number {
  const count = image.width * image.height;
  return Array.from({ length: count }, (_, i) => i).filter(test).length / count;
}

function apart(a: PixelImage, b: PixelImage, i: number): boolean {
  const [x, y] = [pixelAt(a, i), pixelAt(b, i)];
  return Math.max(...x.map((value, c) => Math.abs(value - y[c]!))) > 24;
}

async function silhouette(kind: SubjectKind): Promise<boolean[]> {
  const [empty, full] = [await renderPixels(bare), await renderPixels(withSubject(kind))];
  return Array.from({ length: 64 * 64 }, (_, i) => apart(empty, full, i));
}

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
    for (const [name, [r, g, b]] of Object.entries(named) as [ColourName, (typeof named)[ColourName]][]) {
      const image = await renderPixels(withSubject(kind, name));
      const near = (of: PixelImage, i: number) => {
        const [x, y, z] = pixelAt(of, i);
        return Math.hypot(x - r, y - g, z - b) < 16;
      };
      expect(
        share(image, (i) => near(image, i) && !near(empty, i)),
        name,
      ).toBeGreaterThan(0.07);
    }
  });

  it('gives every class a silhouette of its own', async () => {
    const masks = await Promise.all(kinds.map(silhouette));
    for (const [i, a] of masks.entries()) {
      for (const b of masks.slice(i + 1)) {
        const both = a.filter((inside, at) => inside && b[at]).length;
        const either = a.filter((inside, at) => inside || b[at]).length;
        expect(both / either).toBeLessThan(0.7);
      }
    }
  });

  it.each(kinds)('shows a %s between 50 and 95 percent of the height', async (kind) => {
    for (const size of [0, 1]) {
      const drawing = withSubject(kind);
      const [empty, full] = [
        await renderPixels(bare),
        await renderPixels({ ...drawing, placement: { ...drawing.placement, size } }),
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
      const plainHead = withSubject(kind);
      const hatted: Drawing = {
        ...plainHead,
        hat: { kind: hat, colour: 'purple', trim: 'yellow', striped: false },
      };
      const image = await renderPixels(hatted);
      const [r, g, b] = named.purple;
      const purple = share(image, (i) => {
        const [x, y, z] = pixelAt(image, i);
        return Math.hypot(x - r, y - g, z - b) < 30;
      });
      expect(purple, hat).toBeGreaterThan(0.02);
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
