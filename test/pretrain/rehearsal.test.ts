import { expect, test } from 'vitest';
import { rehearsed } from '../../src/pretrain/rehearsal.ts';
import type { Drawing } from '../../src/world/index.ts';
import { seededRandom } from '../../src/world/index.ts';
import {
  figureOf,
  sampleHat,
  sampleScene,
  sampleStyle,
  sampleSubject,
  sampleThing,
} from '../../src/world/sample.ts';

test('two figures come twice as often as one, and what is dressed twice as often as what is not', () => {
  const random = seededRandom(5);
  const subject = { ...sampleSubject(random), collar: null };
  const plain = figureOf(random, { subject });
  const scarfed = { ...plain, scarf: sampleThing(random, 'scarf') };
  const playing = { ...plain, ball: sampleThing(random, 'ball') };
  const collared = { ...plain, subject: { ...subject, collar: 'red' } } as const;
  const hatted = figureOf(random, { subject, hat: sampleHat(random) });
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
    drawing(playing),
    drawing(collared),
    drawing(hatted),
  ];
  expect(rehearsed(drawings)).toEqual([0, 1, 2, 2, 3, 3, 4, 4, 4, 4, 5, 5, 6, 6, 7, 7]);
});
