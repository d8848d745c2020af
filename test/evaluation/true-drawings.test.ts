import { expect, test } from 'vitest';
import { conceptScripts } from '../../src/evaluation/scripts/concept-scripts.ts';
import { multiScripts } from '../../src/evaluation/scripts/multi-scripts.ts';
import { findIn } from '../../src/evaluation/sought.ts';
import { another, createTrueDraw, itself, type Shown } from '../../src/evaluation/true-drawings.ts';
import { taughtWording } from '../../src/evaluation/wording.ts';
import { evaluationConcepts, seededRandom } from '../../src/world/index.ts';
import { readingOf } from './stand-ins.ts';

const concepts = evaluationConcepts();
const say = taughtWording({ mention: (token, classWord) => `${token} ${classWord}` });
const settings = { multiPrompts: 8, seed: 1 };
const drawn = (shown: Shown) => createTrueDraw({ concepts, shown, say, settings, pixels: 16 });
const whole = ['class', 'style', 'scene'];

test('every prompt of one and of several concepts can be drawn, from the same seed alike', async () => {
  const scripts = [...concepts.flatMap(conceptScripts), ...multiScripts(concepts, settings)];
  const shots = scripts.map((script, seed) => ({ prompt: script.text(say), seed }));
  const pictures = await drawn(itself)(shots);
  expect(pictures.map(({ width, height }) => [width, height])).toEqual(shots.map(() => [16, 16]));
  expect(await drawn(itself)(shots.slice(-5))).toEqual(pictures.slice(-5));
  const [first, otherSeed] = await drawn(itself)([1, 2].map((seed) => ({ ...shots[0]!, seed })));
  expect(otherSeed).not.toEqual(first);
});

test('another of a class is one of it, and mostly without what tells the concept from others', () => {
  const random = seededRandom(5);
  const shares = concepts.map((concept) => {
    const [script] = conceptScripts(concept);
    const [other] = conceptScripts(another(concept, random));
    const sought = script?.sought ?? [];
    const asked = Object.keys(sought[0]?.attributes ?? {});
    const shown = findIn(readingOf(other!.drawing(random)), sought)[0] ?? [];
    expect([concept.token, asked.filter((name) => whole.includes(name) && !shown.includes(name))]).toEqual([
      concept.token,
      [],
    ]);
    return shown.filter((name) => !whole.includes(name)).length / asked.length;
  });
  expect(shares.reduce((sum, share) => sum + share, 0) / shares.length).toBeLessThan(0.4);
});

test('what is none of the evaluation’s prompts is refused', async () => {
  expect(() => drawn(another)([{ prompt: 'a <new1> cat', seed: 1 }])).toThrow('"a <new1> cat"');
});
