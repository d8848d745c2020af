import { readFileSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Tokenizer, TokenizerFiles } from '../../src/diffusion/tokenizer.ts';
import { createTokenizer, readTokenizer } from '../../src/diffusion/tokenizer.ts';

interface Case {
  readonly text: string;
  readonly ids: readonly number[];
}

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));
const folder = join(fixtures, 'tiny-sd/tokenizer');
const json = (path: string): unknown => JSON.parse(readFileSync(join(fixtures, path), 'utf8'));
const files: TokenizerFiles = {
  vocab: json('tiny-sd/tokenizer/vocab.json'),
  merges: readFileSync(join(folder, 'merges.txt'), 'utf8'),
  config: json('tiny-sd/tokenizer/tokenizer_config.json'),
  specialTokens: json('tiny-sd/tokenizer/special_tokens_map.json'),
};
const clip = createTokenizer(files);

function idsOf(tokenizer: Tokenizer, text: string): number[] {
  const { ids, length } = tokenizer.encode(text);
  return Array.from(ids.subarray(0, length));
}

const problem = (code: string, words = '') =>
  expect.objectContaining({
    problem: { code, message: expect.stringContaining(words) },
  });

describe('the ids', () => {
  it('are those of the reference tokenizer for each of its 201 prompts', async () => {
    const cases = json('clip-tokenizer.json') as readonly Case[];
    const tokenizer = await readTokenizer(folder);
    expect(cases).toHaveLength(201);
    expect(cases.map(({ text }) => ({ text, ids: idsOf(tokenizer, text) }))).toEqual(cases);
  });

  const groups = json('clip-tokenizer-added.json') as readonly {
    readonly added: readonly string[];
    readonly padding: string;
    readonly cases: readonly Case[];
  }[];
  it.each(groups)(
    'are those of the reference tokenizer with $added added and "$padding" as padding',
    (group) => {
      const tokenizer = createTokenizer({ ...files, specialTokens: { pad_token: group.padding } });
      for (const token of group.added) tokenizer.addToken(token);
      expect(group.cases.map(({ text }) => ({ text, ids: idsOf(tokenizer, text) }))).toEqual(group.cases);
    },
  );

  it.each(['pairs', 'strings'])(
    'are those of the reference tokenizer where its one file has the vocabulary, and merges as %s',
    async (form) => {
      const saved = await mkdtemp(join(tmpdir(), 'keepsake-tokenizer-'));
      try {
        await cp(join(fixtures, 'clip-tokenizer-one-file'), saved, { recursive: true });
        const one = json('clip-tokenizer-one-file/tokenizer.json') as {
          model: { vocab: object; merges: [string, string][] };
        };
        const { vocab, merges } = one.model;
        const joined = { ...one, model: { vocab, merges: merges.map((pair) => pair.join(' ')) } };
        if (form === 'strings') await writeFile(join(saved, 'tokenizer.json'), JSON.stringify(joined));
        const cases = json('clip-tokenizer-one-file/cases.json') as readonly Case[];
        const tokenizer = await readTokenizer(saved);
        expect(cases.map(({ text }) => ({ text, ids: [...tokenizer.encode(text).ids] }))).toEqual(cases);
        expect(tokenizer.vocabularySize).toBe(842);
      } finally {
        await rm(saved, { recursive: true });
      }
    },
  );

  it('fill the encoding with start, end and the padding token of the folder', () => {
    const { ids, length } = clip.encode('a dog');
    expect(ids).toHaveLength(77);
    expect(length).toBe(4);
    expect(Array.from(ids)).toEqual([49406, 320, 1929, 49407, ...Array(73).fill(49407)]);
    const second = createTokenizer({ ...files, specialTokens: { pad_token: { content: '!' } } });
    expect(Array.from(second.encode('').ids)).toEqual([49406, 49407, ...Array(75).fill(0)]);
  });

  it('need no more than n·log n time for a word of a million letters', () => {
    const merged = idsOf(clip, 'a'.repeat(240));
    expect(idsOf(clip, 'a'.repeat(1_000_000)).slice(1, 20)).toEqual(merged.slice(1, 20));
    expect(clip.encode('!?'.repeat(500_000)).length).toBe(77);
    expect(clip.encode(`e${'\u0301\u0316'.repeat(500_000)}`).length).toBe(77);
    expect(clip.encode('word '.repeat(200_000)).length).toBe(77);
  }, 60_000);
});

describe('the cut text', () => {
  const full = 'dog '.repeat(75);

  it('is absent where everything fits', () => {
    expect(clip.encode(full)).not.toHaveProperty('cut');
    expect(clip.encode('')).not.toHaveProperty('cut');
  });

  it('is what the user wrote from the first word that does not fit', () => {
    expect(clip.encode(`${full} In  The PARK, today \n`).cut).toBe('In  The PARK, today');
  });

  it('starts at punctuation where the word before it fits', () => {
    expect(clip.encode(`${'dog '.repeat(74)}Dog, cat`).cut).toBe(', cat');
  });

  it('names a whole word of which only the beginning fits', () => {
    const { cut, ids, length } = clip.encode(`${'dog '.repeat(74)}Supercalifragilistic end`);
    expect(cut).toBe('Supercalifragilistic end');
    expect(length).toBe(77);
    expect(ids[76]).toBe(49407);
  });

  it('keeps letters that change their length in lower case or when composed', () => {
    expect(clip.encode(`${full}İstanbul E\u0301`).cut).toBe('İstanbul E\u0301');
  });
});

describe('added tokens', () => {
  it('get ids after the vocabulary, in order, and keep them', () => {
    const tokenizer = clip.copy();
    expect([
      tokenizer.addToken('<new1>'),
      tokenizer.addToken('<new2>'),
      tokenizer.addToken('<new1>'),
    ]).toEqual([49408, 49409, 49408]);
    expect(tokenizer.vocabularySize).toBe(49408);
    expect(tokenizer.addToken('<|endoftext|>')).toBe(49407);
    expect(tokenizer.addToken('<new3>')).toBe(49410);
  });

  it('stay in the copy that they were added to', () => {
    const [first, second] = [clip.copy(), clip.copy()];
    first.addToken('<new1>');
    second.addToken('<other>');
    expect(idsOf(first, '<new1>')).toEqual([49406, 49408, 49407]);
    expect(idsOf(second, '<new1>')).toEqual(idsOf(clip, '<new1>'));
    expect(idsOf(first.copy(), '<new1>')).toEqual([49406, 49408, 49407]);
  });

  it('are found at their longest where one begins another', () => {
    const tokenizer = clip.copy();
    const [short, long] = [tokenizer.addToken('<hat'), tokenizer.addToken('<hat>')];
    expect(idsOf(tokenizer, 'a <hat> <hat')).toEqual([49406, 320, long, short, 49407]);
  });

  it('may contain what patterns treat specially', () => {
    const tokenizer = clip.copy();
    const id = tokenizer.addToken('[^$.*+?(){}|\\]');
    expect(idsOf(tokenizer, 'a[^$.*+?(){}|\\]b')).toEqual([49406, 320, id, 321, 49407]);
  });

  it.each(['', 'two words', ' ', 'a\u3000b', 'x'.repeat(65)])('are refused: "%s"', (token) => {
    expect(() => clip.copy().addToken(token)).toThrowError(problem('invalid-option'));
  });
});

describe('a tokenizer folder that is not sound', () => {
  const tiny = { '<|startoftext|>': 0, '<|endoftext|>': 1, a: 2, 'b</w>': 3, 'ab</w>': 4 };

  it('may have a small vocabulary, whose missing letters become the unknown token', () => {
    const tokenizer = createTokenizer({ vocab: tiny, merges: '#version: 0.2\na b</w>\n' });
    expect(idsOf(tokenizer, 'ab b z')).toEqual([0, 4, 3, 1, 1]);
  });

  const unsound: Record<string, [TokenizerFiles, string]> = {
    'a vocabulary that is a list': [{ ...files, vocab: [] }, 'vocab.json'],
    'an empty vocabulary': [{ ...files, vocab: {} }, 'is empty'],
    'a negative id': [{ vocab: { ...tiny, c: -1 }, merges: '' }, '-1 as c'],
    'an absurd id': [{ vocab: { ...tiny, c: 2 ** 40 }, merges: '' }, 'vocab.json'],
    'one id for two tokens': [{ vocab: { ...tiny, c: 2 }, merges: '' }, 'two tokens'],
    'no start token': [{ vocab: { a: 0 }, merges: '' }, '<|'],
    'a merge of unknown symbols': [{ vocab: tiny, merges: 'x y' }, '"x"'],
    'a merge into an unknown token': [{ vocab: tiny, merges: 'a a' }, '"aa"'],
    'a merge of three': [{ vocab: tiny, merges: 'a a a' }, '"a a a"'],
    'another kind of tokenizer': [{ ...files, config: { tokenizer_class: 'T5Tokenizer' } }, '"T5Tokenizer"'],
    'an absurd length': [{ ...files, config: { model_max_length: 1e30 } }, 'model_max_length'],
    'a special token that is a number': [{ ...files, specialTokens: { pad_token: 3 } }, 'pad_token'],
  };
  it.each(Object.entries(unsound))('is refused for %s', (_, [content, words]) => {
    expect(() => createTokenizer(content)).toThrowError(problem('invalid-model', words));
  });

  it('is refused for a missing file and for a file that is not JSON, each by name', async () => {
    const broken = await mkdtemp(join(tmpdir(), 'keepsake-tokenizer-'));
    try {
      await expect(readTokenizer(broken)).rejects.toThrowError(problem('invalid-model'));
      await writeFile(join(broken, 'tokenizer.json'), '{"model": {"vocab": {"a": 0}}}');
      await writeFile(join(broken, 'tokenizer_config.json'), '{}');
      await expect(readTokenizer(broken)).rejects.toThrowError(
        problem('invalid-model', 'tokenizer.json of the model has nothing as model.merges'),
      );
      await writeFile(join(broken, 'vocab.json'), '{');
      await writeFile(join(broken, 'merges.txt'), '');
      await expect(readTokenizer(broken)).rejects.toThrowError(
        problem('invalid-model', 'vocab.json of the model is not JSON'),
      );
    } finally {
      await rm(broken, { recursive: true });
    }
  });
});
