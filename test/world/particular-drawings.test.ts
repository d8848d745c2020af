import { expect, test } from 'vitest';
import { particulars } from '../../src/world/held-out/index.ts';
import { attributesOf, renderSvg, sampleParticularDrawing, seededRandom } from '../../src/world/index.ts';
import { readingOf, readings } from './readings.ts';

const heldOut = new Set(particulars.map(readingOf));
const random = seededRandom(8);
const drawings = Array.from({ length: 3000 }, () => sampleParticularDrawing(random));
const shown = drawings.map((drawing) => [...readings(drawing)].filter((reading) => heldOut.has(reading)));

test('drawings of particular things show at least one, every one of them, and often several', () => {
  expect(shown.filter((some) => some.length === 0)).toEqual([]);
  expect(new Set(shown.flat())).toEqual(heldOut);
  expect(shown.filter((some) => some.length > 1).length).toBeGreaterThan(drawings.length / 5);
});

test('drawings of particular things are set in all surroundings', () => {
  const all = drawings.map(attributesOf);
  expect(new Set(all.map(({ scene }) => scene)).size).toBe(7);
  expect(new Set(all.map(({ style }) => style)).size).toBe(6);
  expect(new Set(drawings.map(({ figures }) => figures.length))).toEqual(new Set([0, 1, 2]));
});

test('what a drawing of particular things has is also drawn, and with two figures on the side of its owner', () => {
  for (const { figures, ...rest } of drawings.slice(0, 800)) {
    for (const [at, figure] of figures.entries()) {
      const { subject, hat, scarf, ball, placement } = figure;
      expect(subject ?? hat ?? scarf ?? ball).not.toBeNull();
      if (subject && scarf) {
        const bare = { ...rest, figures: figures.with(at, { ...figure, scarf: null }) };
        expect(renderSvg({ ...rest, figures })).not.toBe(renderSvg(bare));
      }
      if (!subject) expect(figures).toHaveLength(1);
      if (ball && figures.length > 1) expect(placement.facing).toBe(at === 0 ? 'left' : 'right');
    }
  }
});
