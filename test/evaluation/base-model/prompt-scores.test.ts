import { expect, test } from 'vitest';
import { promptGroups, promptScore } from '../../../src/evaluation/base-model/prompt-scores.ts';
import type { Sought } from '../../../src/evaluation/sought.ts';
import type { Reading } from '../../../src/judges/reader.ts';
import { attributeList } from '../../../src/world/index.ts';

/** Nothing to be seen but what is given. */
function reading(read: Readonly<Record<string, string>>): Reading {
  const nothing = Object.fromEntries(attributeList.map(({ name }) => [name, 'none']));
  const values = Object.entries({ ...nothing, ...read });
  return Object.fromEntries(values.map(([name, value]) => [name, { value, probability: 1 }]));
}

const at = (figure: Sought['figure'], attributes: Sought['attributes']): Sought => ({
  of: 'prompt',
  figure,
  attributes,
});
const redDog = { text: 'a red dog', sought: [at(0, { class: 'dog', bodyColour: 'red' })] };
const snow = { text: 'snow', sought: [at(null, { scene: 'snow' })] };
const pair = {
  text: 'a dog next to a grey cat in the park in neon style',
  sought: [
    at(0, { class: 'dog' }),
    at(1, { class: 'cat', bodyColour: 'grey' }),
    at(null, { scene: 'park', style: 'neon' }),
  ],
};
const hatted = {
  text: 'a red horse wearing a blue hat',
  sought: [at(0, { class: 'horse', bodyColour: 'red', hat: 'any', hatColour: 'blue' })],
};

const blueDog = reading({ 'left.class': 'dog', 'left.bodyColour': 'blue' });
const inSnow = reading({ scene: 'snow' });
/** The cat on the left, and it is red. */
const turned = reading({
  'left.class': 'cat',
  'left.bodyColour': 'red',
  'right.class': 'dog',
  scene: 'park',
  style: 'neon',
});

const prompts = [
  promptScore(redDog, {
    drawn: blueDog,
    drawing: reading({ 'left.class': 'dog', 'left.bodyColour': 'red' }),
  }),
  promptScore(snow, { drawn: inSnow, drawing: inSnow }),
  promptScore(pair, { drawn: turned, drawing: turned }),
  promptScore(hatted, { drawn: reading({}), drawing: reading({ 'left.hat': 'cap' }) }),
];

test('what a prompt names and its picture does not show is told by name, the second figure’s as such', () => {
  expect(prompts[0]).toEqual({
    text: 'a red dog',
    named: ['class', 'bodyColour'],
    missed: { drawn: ['bodyColour'], drawing: [] },
  });
  expect(prompts[2]?.named).toEqual(['class', 'second.class', 'second.bodyColour', 'scene', 'style']);
  expect(prompts[2]?.missed.drawn).toEqual(['second.bodyColour']);
  expect(prompts[3]?.missed.drawing).toEqual(['class', 'bodyColour', 'hatColour']);
});

test('shares are of attributes, over all prompts and by how many a prompt names', () => {
  const { all, byCount, twoSubjects } = promptGroups(prompts);
  // Of 2, 1, 5 and 4 attributes, 1, 1, 4 and none are found in what was drawn, and 2, 1, 4 and 1 in the drawings.
  expect(all).toEqual({
    prompts: 4,
    attributes: 12,
    found: { drawn: (100 * 6) / 12, drawing: (100 * 8) / 12 },
  });
  expect(byCount['1']).toEqual({ prompts: 1, attributes: 1, found: { drawn: 100, drawing: 100 } });
  expect(byCount['2']).toEqual({ prompts: 1, attributes: 2, found: { drawn: 50, drawing: 100 } });
  expect(byCount['3']).toEqual({ prompts: 0, attributes: 0, found: {} });
  expect(byCount['4+'].found.drawn).toBeCloseTo((100 * 4) / 9, 9);
  expect(twoSubjects).toEqual({ prompts: 1, attributes: 5, found: { drawn: 80, drawing: 80 } });
});

test('an attribute counts wherever it is named, whichever figure’s it is', () => {
  const { byAttribute } = promptGroups(prompts);
  expect(Object.keys(byAttribute).toSorted()).toEqual([
    'bodyColour',
    'class',
    'hat',
    'hatColour',
    'scene',
    'style',
  ]);
  expect(byAttribute.class).toEqual({ prompts: 3, attributes: 4, found: { drawn: 75, drawing: 75 } });
  expect(byAttribute.bodyColour?.found).toEqual({ drawn: 0, drawing: (100 * 1) / 3 });
  expect(byAttribute.hat).toEqual({ prompts: 1, attributes: 1, found: { drawn: 0, drawing: 100 } });
  expect(byAttribute.scene?.found).toEqual({ drawn: 100, drawing: 100 });
});
