import { describe, expect, test } from 'vitest';
import { createTokenizer } from '../../src/diffusion/tokenizer.ts';
import { sketchbookTokenizer, tokenizerFiles } from '../../src/pretrain/sketchbook.ts';
import { vocabularyOf } from '../../src/pretrain/vocabulary.ts';
import { createRandom } from '../../src/random.ts';
import { worldVocabulary } from '../../src/world/index.ts';

function tokenizerOf(words: readonly string[]) {
  const { ids, merges } = vocabularyOf(words);
  const config = { bos_token: '<|startoftext|>', eos_token: '<|endoftext|>', model_max_length: 40 };
  return createTokenizer({ vocab: ids, merges: ['#version: 0.2', ...merges].join('\n'), config });
}

describe('the bundled vocabulary', () => {
  test('has one token for every word of the world', () => {
    const tokenizer = sketchbookTokenizer();
    expect(worldVocabulary().length).toBeGreaterThan(50);
    expect(worldVocabulary().filter((word) => tokenizer.encode(word).length !== 3)).toEqual([]);
  });

  test('has ids from 0 on without a gap, each used once', () => {
    const ids = Object.values(tokenizerFiles().vocab);
    expect(ids.toSorted((a, b) => a - b)).toEqual([...ids.keys()]);
    expect(sketchbookTokenizer().vocabularySize).toBe(ids.length);
  });

  test.each([
    'quixotic zephyrs',
    'Größe',
    '東京',
    '🐕‍🦺',
    '12.5 % (off)',
    "it's a dog's life",
    '\u0000\uffff',
  ])('splits %j into ids that the text encoder has', (text) => {
    const tokenizer = sketchbookTokenizer();
    const { ids, length } = tokenizer.encode(text);
    expect(length).toBeGreaterThan(2);
    expect(ids.filter((id) => id < 0 || id >= tokenizer.vocabularySize)).toEqual(new Int32Array());
    const end = ids[length - 1];
    expect([...ids.slice(1, length - 1)].filter((id) => id === end)).toEqual([]);
  });

  test('gives different words different ids', () => {
    const tokenizer = sketchbookTokenizer();
    const ids = worldVocabulary().map((word) => tokenizer.encode(word).ids[1]);
    expect(new Set(ids).size).toBe(worldVocabulary().length);
  });
});

test('any words become one token each, however they overlap', () => {
  const random = createRandom(1);
  for (let round = 0; round < 30; round++) {
    const words = Array.from({ length: 40 }, () =>
      Array.from({ length: 1 + random.integer(7) }, () => 'abc'[random.integer(3)]).join(''),
    );
    const tokenizer = tokenizerOf(words);
    expect(words.filter((word) => tokenizer.encode(word).length !== 3)).toEqual([]);
  }
});

test('the order and the number of times that words are given do not matter', () => {
  const words = ['hat', 'hats', 'that', 'at', 'chat'];
  expect(vocabularyOf([...words.toReversed(), ...words])).toEqual(vocabularyOf(words));
});
