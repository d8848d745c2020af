import { expect, test } from 'vitest';
import type { Reading } from '../../src/judges/reader.ts';
import { misread, readerAccuracy, shareRight } from '../../src/judges/reader-accuracy.ts';
import { plumChalk } from '../../src/world/held-out/styles.ts';
import { attributeList, type Drawing } from '../../src/world/index.ts';

const scene = { kind: 'snow', sky: '#d6e2ef', ground: '#f8fbff', horizon: 40, props: [] } as const;
const placement = { x: 0, size: 0.5, facing: 'right' } as const;
const empty: Drawing = { figures: [], scene, style: plumChalk };
const balls: Drawing = {
  ...empty,
  figures: [
    {
      subject: null,
      hat: null,
      scarf: null,
      ball: { pattern: 'spots', colour: 'red', trim: 'blue' },
      placement,
    },
  ],
};

/** Nothing to be seen, in snow and in plum chalk, but for what is given. */
function reading(read: Readonly<Record<string, string>>): Reading {
  const whole = { scene: 'snow', style: 'chalk', styleParticular: 'plumChalk', sceneParticular: 'none' };
  const nothing = Object.fromEntries(attributeList.map(({ name }) => [name, 'none']));
  const values = Object.entries({ ...nothing, ...whole, ...read });
  return Object.fromEntries(values.map(([name, value]) => [name, { value, probability: 1 }]));
}

const ball = { 'left.ballPattern': 'spots', 'left.ballColour': 'red', 'left.ballTrimColour': 'blue' };
const drawings = [empty, balls, balls, balls];
const readings = [
  reading({ 'left.ballColour': 'pink' }),
  reading(ball),
  reading({ ...ball, 'left.ballColour': 'pink', scene: 'park' }),
  reading({ ...ball, 'left.ballColour': 'none', styleParticular: 'none' }),
];
const accuracy = (name: string) => readerAccuracy(readings, drawings).find((one) => one.name === name)!;

test('right readings are counted for each attribute, among all pictures and among those that show it', () => {
  expect(accuracy('left.ballColour')).toEqual({
    name: 'left.ballColour',
    all: { pictures: 4, right: 1 },
    shown: { pictures: 3, right: 1 },
  });
  expect(accuracy('left.ballTrimColour').shown).toEqual({ pictures: 3, right: 3 });
  expect(accuracy('left.class')).toMatchObject({
    all: { pictures: 4, right: 4 },
    shown: { pictures: 0, right: 0 },
  });
  expect(shareRight(accuracy('scene').all)).toBe(0.75);
  expect(shareRight(accuracy('styleParticular').shown)).toBe(0.75);
  expect(shareRight(accuracy('left.class').shown)).toBeNaN();
  expect(readerAccuracy(readings, drawings).map(({ name }) => name)).toEqual(
    attributeList.map(({ name }) => name),
  );
});

test('what is wrong in a reading is told by name', () => {
  expect(drawings.map((drawing, at) => misread(readings[at]!, drawing))).toEqual([
    ['left.ballColour'],
    [],
    ['left.ballColour', 'scene'],
    ['left.ballColour', 'styleParticular'],
  ]);
});
