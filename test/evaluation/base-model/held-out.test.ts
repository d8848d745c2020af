import { expect, test } from 'vitest';
import {
  heldOutDrawings,
  heldOutParticulars,
  heldOutSeeds,
  promptScripts,
} from '../../../src/evaluation/base-model/held-out.ts';
import { findIn } from '../../../src/evaluation/sought.ts';
import { attributesOf, seededRandom, worldVocabulary } from '../../../src/world/index.ts';
import { readingOf } from '../stand-ins.ts';

/** The generator's state goes up by this, modulo 2³². */
const step = 0x6d2b79f5;
const circle = 1n << 32n;
const words = worldVocabulary();

/** What `step` is to be multiplied with for 1, modulo 2³²; each round of Newton's method doubles the bits that are right. */
function inverse(): bigint {
  const known = BigInt(step);
  let result = known;
  for (let bits = 3; bits < 32; bits *= 2)
    result = BigInt.asUintN(64, result * (2n - known * result)) % circle;
  return result;
}

test('no training with a seed up to 128 comes to the numbers that held-out drawings are made of, nor do they share any', () => {
  const [first, second] = [seededRandom(7), seededRandom(7 + step)];
  first();
  expect(first()).toBe(second());
  expect((inverse() * BigInt(step)) % circle).toBe(1n);
  const numbersBetween = (from: number, to: number) =>
    Number((BigInt((to - from) >>> 0) * inverse()) % circle);
  const own = Object.values(heldOutSeeds);
  const others = Array.from({ length: 129 }, (_, seed) => seed);
  const ways = own.flatMap((seed) =>
    [...others, ...own.filter((one) => one !== seed)].flatMap((other) => [
      numbersBetween(seed, other),
      numbersBetween(other, seed),
    ]),
  );
  expect(new Set(own).size).toBe(3);
  expect(Math.min(...ways)).toBeGreaterThan(24e6);
});

test('the first drawings and prompts are the same for any count', () => {
  expect(heldOutDrawings(9).slice(0, 4)).toEqual(heldOutDrawings(4));
  expect(heldOutParticulars(9).slice(0, 4)).toEqual(heldOutParticulars(4));
  expect(promptScripts(40).slice(0, 12)).toEqual(promptScripts(12));
});

test('styles and scenes that only teaching shows are in drawings of such things and in no others', () => {
  const isParticular = ({ styleParticular, sceneParticular }: ReturnType<typeof attributesOf>) =>
    styleParticular !== 'none' || sceneParticular !== 'none';
  expect(heldOutDrawings(300).map(attributesOf).filter(isParticular)).toEqual([]);
  expect(heldOutParticulars(300).map(attributesOf).filter(isParticular).length).toBeGreaterThan(50);
});

test('prompts name one to many attributes, and all that they name is in the drawing that they are captions of', () => {
  const scripts = promptScripts(500);
  const counts = scripts.map(
    ({ sought }) => sought.flatMap(({ attributes }) => Object.keys(attributes)).length,
  );
  for (const count of [1, 2, 3, 4, 5])
    expect(counts.filter((one) => one === count).length).toBeGreaterThan(10);
  expect(Math.min(...counts)).toBe(1);
  scripts.forEach(({ text, sought, drawing }, at) => {
    expect([text, findIn(readingOf(drawing), sought).flat().length]).toEqual([text, counts[at]]);
    expect(text.split(' ').filter((word) => !words.includes(word))).toEqual([]);
  });
});
