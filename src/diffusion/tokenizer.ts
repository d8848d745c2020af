import { readdir } from 'node:fs/promises';
import { z } from 'zod';
import { checkJson, readJson, readOptionalJson, readText } from '../model-files.ts';
import { raise } from '../result.ts';
import type { BytePairEncoder } from './byte-pairs.ts';
import { createBytePairEncoder, largestVocabulary } from './byte-pairs.ts';

/** A prompt as the text encoder takes it. */
export interface Encoding {
  /** Start, tokens, end, then padding: as many ids as the tokenizer's `maxTokens`. */
  readonly ids: Int32Array;
  /** Ids before the padding, start and end included. */
  readonly length: number;
  /** What did not fit, as the user wrote it, from the first word or mark that is not wholly kept. */
  readonly cut?: string;
}

/** CLIP's byte-pair tokenizer, with tokens of one's own beside the vocabulary. */
export interface Tokenizer {
  /** Ids of every encoding, start and end included; 77 for CLIP. */
  readonly maxTokens: number;
  /** The id that the first added token gets: one past the vocabulary's largest. */
  readonly vocabularySize: number;
  encode(text: string): Encoding;
  /**
   * Makes `token` one id, wherever it stands in a text and in either case, and returns the id; the ids of added tokens
   * follow the vocabulary in order of addition. A token that is known keeps its id. Raises 'invalid-option' for a
   * token that is empty, longer than 64 characters, or has white space.
   */
  addToken(token: string): number;
  /** A tokenizer of the same vocabulary and added tokens, that further tokens can be added to independently. */
  copy(): Tokenizer;
}

/** The files of a tokenizer folder: JSON values as parsed, `merges.txt` as text, or the merges of `tokenizer.json`. */
export interface TokenizerFiles {
  readonly vocab: unknown;
  readonly merges: string | readonly string[];
  readonly config?: unknown;
  readonly specialTokens?: unknown;
}

const remedy = 'Copy the tokenizer folder of the original model.';
const longestToken = 64;

const pairFiles = ['merges.txt', 'vocab.json'] as const;
/** What transformers saves alone from its version 5 on. */
const oneFile = 'tokenizer.json';

/** The files of a tokenizer folder that its vocabulary and merges are read from: the pair, or the one file in its place. */
export function vocabularyFiles(isThere: (file: string) => boolean): readonly string[] {
  return isThere(oneFile) && !pairFiles.every(isThere) ? [oneFile] : pairFiles;
}

/**
 * Reads `vocab.json` and `merges.txt` or, where they are not both there, `tokenizer.json`; `tokenizer_config.json`; and, where present,
 * `special_tokens_map.json`. Raises 'invalid-model'.
 */
export async function readTokenizer(folder: string): Promise<Tokenizer> {
  const [vocabulary, config, specialTokens] = await Promise.all([
    readVocabularyFiles(folder),
    readJson(folder, 'tokenizer_config.json', remedy),
    readOptionalJson(folder, 'special_tokens_map.json', remedy),
  ]);
  return createTokenizer({ ...vocabulary, config, specialTokens });
}

async function readVocabularyFiles(folder: string): Promise<Pick<TokenizerFiles, 'vocab' | 'merges'>> {
  const there = await readdir(folder).catch((): string[] => []);
  if (vocabularyFiles((file) => there.includes(file)).includes(oneFile))
    return checkJson(oneFileSchema, await readJson(folder, oneFile, remedy), oneFile).model;
  const [vocab, merges] = await Promise.all([
    readJson(folder, 'vocab.json', remedy),
    readText(folder, 'merges.txt', remedy),
  ]);
  return { vocab, merges };
}

/** A tokenizer from the content of its files. Raises 'invalid-model' where they contradict each other or CLIP's format. */
export function createTokenizer(files: TokenizerFiles): Tokenizer {
  const vocabulary = readVocabulary(files.vocab);
  const config = checkJson(configSchema, files.config ?? {}, 'tokenizer_config.json');
  const named = {
    ...config,
    ...checkJson(specialsSchema, files.specialTokens ?? {}, 'special_tokens_map.json'),
  };
  const idOf = (token: string): number =>
    vocabulary.get(token) ??
    raise('invalid-model', `The vocabulary of the model's tokenizer has no "${token}". ${remedy}`);

  const specials = [named.bos_token, named.eos_token, named.pad_token, named.unk_token].filter(
    (token) => token !== undefined,
  );
  const end = named.eos_token ?? '<|endoftext|>';
  const encodeWord = createBytePairEncoder(
    vocabulary,
    typeof files.merges === 'string' ? readMergeLines(files.merges) : files.merges,
    idOf(named.unk_token ?? end),
  );
  const layout: Layout = {
    start: idOf(named.bos_token ?? '<|startoftext|>'),
    end: idOf(end),
    padding: idOf(named.pad_token ?? end),
    maxTokens: config.model_max_length,
    vocabularySize: 1 + [...vocabulary.values()].reduce((a, b) => Math.max(a, b), 0),
  };
  return assemble(layout, encodeWord, new Map(specials.map((token) => [token, idOf(token)])), new Map());
}

interface Layout {
  readonly start: number;
  readonly end: number;
  readonly padding: number;
  readonly maxTokens: number;
  readonly vocabularySize: number;
}

type TokenIds = ReadonlyMap<string, number>;

function assemble(
  layout: Layout,
  encodeWord: BytePairEncoder,
  specials: TokenIds,
  initial: TokenIds,
): Tokenizer {
  const { maxTokens, vocabularySize } = layout;
  const added = new Map(initial);
  const splitAtSpecials = splitter(specials);
  let splitAtAdded = splitter(added);

  return {
    maxTokens,
    vocabularySize,
    encode(text) {
      const ids = new Int32Array(maxTokens).fill(layout.padding);
      const last = maxTokens - 1;
      let length = 0;
      let cut: string | undefined;
      ids[length++] = layout.start;
      for (const { part, start, id } of pieces(text, splitAtSpecials, splitAtAdded)) {
        const tokens = id === undefined ? encodeWord(part) : [id];
        ids.set(tokens.slice(0, last - length), length);
        length += tokens.length;
        if (length <= last) continue;
        cut = text.slice(start).trimEnd();
        length = last;
        break;
      }
      ids[length++] = layout.end;
      return { ids, length, ...(cut !== undefined && { cut }) };
    },
    addToken(token) {
      if (!/^\P{White_Space}+$/u.test(token) || token.length > longestToken) {
        raise('invalid-option', `A token has 1 to ${longestToken} characters and no spaces. Choose another.`);
      }
      const normal = normalise(token);
      const id = specials.get(token) ?? added.get(normal) ?? vocabularySize + added.size;
      if (!specials.has(token)) added.set(normal, id);
      splitAtAdded = splitter(added);
      return id;
    },
    copy: () => assemble(layout, encodeWord, specials, added),
  };
}

interface Piece {
  readonly part: string;
  /** Where the piece begins in the text, in UTF-16 units. */
  readonly start: number;
  /** The id of a special or added token; a piece without one is still to be encoded. */
  readonly id?: number;
}

/**
 * The pieces that are encoded one by one, as the reference tokenizer finds them: special tokens in the text as it
 * stands, then, in its normal form, added tokens, contractions, runs of letters, single digits and runs of the rest.
 */
function* pieces(text: string, splitAtSpecials: Splitter, splitAtAdded: Splitter): Generator<Piece> {
  for (const { 0: written, index: wordStart } of text.matchAll(/\P{White_Space}+/gu)) {
    for (const word of splitAtSpecials(written, wordStart)) {
      if (word.id !== undefined) {
        yield word;
        continue;
      }
      const normal = normalise(word.part);
      const inPlace = normal.length === word.part.length;
      for (const piece of splitAtAdded(normal, 0)) {
        const found = piece.id === undefined ? splitWord(piece) : [piece];
        for (const { start, ...rest } of found) yield { ...rest, start: word.start + (inPlace ? start : 0) };
      }
    }
  }
}

function splitWord({ part, start }: Piece): Piece[] {
  const matches = part.matchAll(/'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\p{L}\p{N}]+/gu);
  return Array.from(matches, ({ 0: match, index }) => ({ part: match, start: start + index }));
}

/** Cuts a text before and after each token, the longest one where several match. */
type Splitter = (text: string, start: number) => readonly Piece[];

function splitter(tokens: TokenIds): Splitter {
  const longestFirst = [...tokens.keys()].sort((a, b) => b.length - a.length);
  const escaped = longestFirst.map((token) => token.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  const pattern = new RegExp(`(${escaped.join('|') || '(?!)'})`);
  return (text, start) => {
    let position = start;
    const split = text.split(pattern).map((part, index) => {
      const id = index % 2 === 1 ? tokens.get(part) : undefined;
      const piece = { part, start: position, ...(id !== undefined && { id }) };
      position += part.length;
      return piece;
    });
    return split.filter(({ part }) => part !== '');
  };
}

/**
 * Unicode's composed form, in lower case letter by letter. A letter's marks are composed in runs of 32 at most, because
 * composing takes time quadratic in the length of a run.
 */
function normalise(word: string): string {
  return word
    .replace(/\P{M}*\p{M}{0,32}/gu, (run) => run.normalize('NFC'))
    .replace(/\p{Changes_When_Lowercased}/gu, (letter) => letter.toLowerCase());
}

const vocabularySchema = z.record(
  z.string(),
  z
    .int()
    .min(0)
    .max(largestVocabulary - 1),
);
/** "left right", or both in a list, which is how tokenizers writes them from its version 0.20 on. */
const mergeSchema = z.union([
  z.string(),
  z.tuple([z.string(), z.string()]).transform(([left, right]) => `${left} ${right}`),
]);
const oneFileSchema = z.object({
  model: z.object({ vocab: vocabularySchema, merges: z.array(mergeSchema).max(largestVocabulary) }),
});
const tokenSchema = z
  .union([z.string(), z.object({ content: z.string() }).transform(({ content }) => content)])
  .optional();
const specialsSchema = z.object({
  bos_token: tokenSchema,
  eos_token: tokenSchema,
  pad_token: tokenSchema,
  unk_token: tokenSchema,
});
const configSchema = specialsSchema.extend({
  tokenizer_class: z.enum(['CLIPTokenizer', 'CLIPTokenizerFast']).default('CLIPTokenizer'),
  model_max_length: z.int().min(3).max(4096).default(77),
});

function readVocabulary(vocab: unknown): TokenIds {
  const vocabulary = new Map(Object.entries(checkJson(vocabularySchema, vocab, 'vocab.json')));
  if (vocabulary.size === 0 || new Set(vocabulary.values()).size !== vocabulary.size) {
    raise(
      'invalid-model',
      `The vocabulary of the model's tokenizer is empty or gives one id to two tokens. ${remedy}`,
    );
  }
  return vocabulary;
}

function readMergeLines(merges: string): readonly string[] {
  const lines = merges
    .split(/\r?\n/)
    .filter((line, index) => line !== '' && !(index === 0 && line.startsWith('#version')));
  if (lines.length > largestVocabulary)
    raise('invalid-model', `merges.txt of the model is absurdly long. ${remedy}`);
  return lines;
}
