import { describe, expect, test } from 'vitest';
import { calibrationPrompts, preservationPrompts } from '../../../src/personalize/captions/calibration.ts';

const world = new Set(
  `a an the of in at on with and wearing photo picture drawing style dog cat horse lighthouse hat park snow beach
   city night pencil neon watercolour red blue green yellow orange purple pink brown black white grey teal`.split(
    /\s+/,
  ),
);
const words = (prompt: string) => prompt.split(/[^\p{L}]+/u);

describe('calibration', () => {
  test('has over a hundred prompts, each different, the same every time', () => {
    const prompts = calibrationPrompts();
    expect(prompts.length).toBeGreaterThanOrEqual(100);
    expect(new Set(prompts).size).toBe(prompts.length);
    expect(calibrationPrompts()).toEqual(prompts);
  });

  test('has over a hundred prompts for a model that knows the sketchbook world alone', () => {
    const prompts = calibrationPrompts((word) => world.has(word));
    expect(prompts.length).toBeGreaterThanOrEqual(100);
    expect(prompts.flatMap(words).filter((word) => !world.has(word))).toEqual([]);
  });

  test('names no concept, and has no word in most of its prompts but the smallest', () => {
    const prompts = calibrationPrompts();
    const counts = new Map<string, number>();
    for (const word of prompts.flatMap((prompt) => [...new Set(words(prompt))])) {
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    const common = [...counts].filter(([, count]) => count > prompts.length / 2).map(([word]) => word);
    expect(common.filter((word) => !['a', 'of'].includes(word))).toEqual([]);
    expect(prompts.join()).not.toMatch(/[<>]/);
  });
});

describe('preservation', () => {
  const cases = [
    ['dog', 'subject'],
    ['hat', 'subject'],
    ['umbrella', 'subject'],
    ['pencil', 'style'],
    ['park', 'scene'],
    ['night', 'scene'],
    ['kitchen', 'scene'],
    ['constructor', 'scene'],
  ] as const;

  test.each(cases)('prompts for %s as %s hold the word, no token, and are many', (word, kind) => {
    const prompts = preservationPrompts(word, kind);
    expect(prompts.length).toBeGreaterThanOrEqual(40);
    expect(new Set(prompts).size).toBe(prompts.length);
    expect(prompts.filter((prompt) => !words(prompt).includes(word))).toEqual([]);
    expect(prompts.join()).not.toMatch(/[<>]/);
    expect(preservationPrompts(word, kind)).toEqual(prompts);
  });

  test('reads like prompts that people type', () => {
    expect(preservationPrompts('dog', 'subject')).toContain('a photo of a dog in the park');
    expect(preservationPrompts('umbrella', 'subject')).toContain('an umbrella at night');
    expect(preservationPrompts('pencil', 'style')).toContain('a horse in pencil style');
    expect(preservationPrompts('beach', 'scene')).toContain('a dog at the beach');
  });

  test('of what is worn or held are mostly of somebody with it, since that is how it is asked for', () => {
    const prompts = preservationPrompts('hat', 'subject');
    expect(prompts).toEqual(
      expect.arrayContaining([
        'a dog wearing a hat',
        'a cat wearing a hat in the snow',
        'a horse wearing a red hat',
      ]),
    );
    expect(prompts.join()).not.toMatch(/a hat wearing/);
    expect(preservationPrompts('ball', 'subject')).toContain('a dog with a ball in the park');
  });
});
