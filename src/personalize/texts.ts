import { filledUp } from '../diffusion/filled-up.ts';
import { embed, type TaughtModel } from '../diffusion/taught-model.ts';
import type { Encoding, Tokenizer } from '../diffusion/tokenizer.ts';
import { rowsOf } from '../onnx/join.ts';
import type { Tensor } from '../onnx/tensor.ts';
import type { Turns } from './method.ts';

/** Text states of a few texts, [texts, tokens, width], and how each text was encoded. */
export interface EncodedTexts {
  readonly states: Tensor;
  readonly encodings: readonly Encoding[];
}

/** Where any number takes the same session. */
const encodedTogether = 16;

export function encodeAll(tokenizer: Tokenizer, texts: readonly string[]): readonly Encoding[] {
  return texts.map((text) => tokenizer.encode(text));
}

/** Tells whether a tokenizer has a word as one token, between the start's and the end's. */
export function knowsWord(tokenizer: Tokenizer): (word: string) => boolean {
  return (word) => tokenizer.encode(word).length === 3;
}

/** The text states of all texts in their order, a few texts at a turn: as many as a GPU is ready for, the last ones filled up with the last. */
export async function textStates(
  model: TaughtModel,
  texts: readonly string[],
  { turn }: Turns,
): Promise<readonly EncodedTexts[]> {
  const { textSide, trunk } = model.base;
  const together = trunk.readyBatch ?? encodedTogether;
  const groups: EncodedTexts[] = [];
  for (let first = 0; first < texts.length; first += together) {
    const encodings = encodeAll(model.tokenizer, texts.slice(first, first + together));
    const filled = filledUp(encodings, trunk.readyBatch ?? encodings.length);
    const states = await turn(() => textSide.states(embed(model, filled)));
    groups.push({ states: rowsOf(states, [0, encodings.length]), encodings });
  }
  return groups;
}
