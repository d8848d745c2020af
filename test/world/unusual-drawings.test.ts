import { expect, test } from 'vitest';
import { distance, type Hex } from '../../src/world/colour.ts';
import { isHeldOut } from '../../src/world/held-out/index.ts';
import { sampleDrawing, sampleUnusualDrawing, seededRandom, styles } from '../../src/world/index.ts';

const random = seededRandom(8);
const unusual = Array.from({ length: 3000 }, () => sampleUnusualDrawing(random));
const usual = Array.from({ length: 3000 }, () => sampleDrawing(random));

/** How far the colour nearest to one is, on average over some. */
function meanDistance(colours: readonly Hex[], known: readonly Hex[]): number {
  const nearest = colours.map((colour) => Math.min(...known.map((other) => distance(colour, other))));
  return nearest.reduce((sum, near) => sum + near, 0) / nearest.length;
}

test('an unusual drawing never shows what only teaching shows', () => {
  expect(unusual.filter(isHeldOut)).toEqual([]);
});

test('every style is drawn on papers, and every place has skies and ground, that the training world does not have', () => {
  for (const kind of Object.keys(styles).filter((kind) => kind !== 'plain')) {
    const papers = [unusual, usual].map((all) =>
      all.flatMap(({ style }) => (style.kind === kind ? [style.paper] : [])),
    );
    expect(meanDistance(papers[0]!, papers[1]!), kind).toBeGreaterThan(40);
  }
  for (const kind of new Set(usual.map(({ scene }) => scene.kind))) {
    const of = (all: typeof usual) => all.filter(({ scene }) => scene.kind === kind);
    for (const part of ['sky', 'ground'] as const) {
      const colours = [unusual, usual].map((all) => of(all).map(({ scene }) => scene[part]));
      expect(meanDistance(colours[0]!, colours[1]!), `${kind}: ${part}`).toBeGreaterThan(20);
    }
  }
});

test('what stands in an unusual place is what stands there elsewhere, and ink can be told from paper', () => {
  const propsOf = (all: typeof usual, kind: string) =>
    new Set(
      all.filter(({ scene }) => scene.kind === kind).flatMap(({ scene }) => scene.props.map((p) => p.kind)),
    );
  for (const kind of new Set(usual.map(({ scene }) => scene.kind))) {
    expect(propsOf(unusual, kind).difference(propsOf(usual, kind)), kind).toEqual(new Set());
  }
  const apart = (all: typeof usual) =>
    Math.min(
      ...all.flatMap(({ style }) => (style.kind === 'plain' ? [] : [distance(style.paper, style.ink)])),
    );
  expect(apart(unusual)).toBeGreaterThanOrEqual(Math.min(apart(usual), 130));
});
