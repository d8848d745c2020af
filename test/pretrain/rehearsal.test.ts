import { expect, test } from 'vitest';
import { rehearsed } from '../../src/pretrain/rehearsal.ts';
import type { Drawing } from '../../src/pretrain/world/index.ts';
import { seededRandom } from '../../src/pretrain/world/index.ts';
import {
  figureOf,
  sampleScene,
  sampleStyle,
  sampleSubject,
  sampleThing,
} from '../../src/pretrain/world/sample.ts';

test('two figures come twice as often as one, and four times with a scarf', () => {
  const random = seededRandom(5);
  const plain = figureOf(random, { subject: sampleSubject(random) });
  const scarfed = { ...plain, scarf: sampleThing(random, 'scarf') };
  const drawing = (...figures: Drawing['figures']): Drawing => ({
    figures,
    scene: sampleScene(random),
    style: sampleStyle(random),
  });
  const drawings = [
    drawing(),
    drawing(plain),
    drawing(scarfed),
    drawing(plain, plain),
    drawing(plain, scarfed),
  ];
  expect(rehearsed(drawings)).toEqual([0, 1, 2, 2, 3, 3, 4, 4, 4, 4]);
});
