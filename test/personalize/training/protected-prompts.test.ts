import { expect, test } from 'vitest';
import { untaughtPrompts } from '../../../src/personalize/training/protected-prompts.ts';

test('what should stay as it was is the class word and all else that the model knows, each prompt once and none with a token', () => {
  const world =
    'a an the of in at on with wearing photo picture drawing dog cat horse lighthouse hat park snow beach red blue'.split(
      ' ',
    );
  const prompts = untaughtPrompts({ classWord: 'dog', kind: 'subject' }, (word) => world.includes(word));
  expect(prompts).toEqual(
    expect.arrayContaining(['', 'a dog', 'a photo of a dog in the park', 'a red horse at the beach']),
  );
  expect(new Set(prompts).size).toBe(prompts.length);
  expect(prompts.join()).not.toMatch(/[<>]/);
  expect(prompts.filter((prompt) => prompt.includes('kitchen'))).toEqual([]);
});
