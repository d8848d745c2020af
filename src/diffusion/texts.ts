import { joinTensors, rowsOf } from '../onnx/join.ts';
import type { Tensor } from '../onnx/tensor.ts';
import type { KeysAndValues } from './heads.ts';

/**
 * The keys and values of one text, each [1, tokens, out features]. Which object it is tells which text: what several batch entries read
 * is one and the same.
 */
export type TextValues = KeysAndValues;

/** Each text of a batch by itself, as views. */
export function eachText(all: KeysAndValues): readonly TextValues[] {
  const count = Object.values(all)[0]?.dims[0] ?? 0;
  return Array.from({ length: count }, (_, text) => textsIn(all, [text, text + 1]));
}

/** The texts of a batch from one up to before another, as views. */
export function textsIn(all: KeysAndValues, rows: readonly [from: number, to: number]): KeysAndValues {
  return Object.fromEntries(Object.entries(all).map(([name, tensor]) => [name, rowsOf(tensor, rows)]));
}

/** The batch whose entries read these texts. */
export function joinTexts(texts: readonly TextValues[]): KeysAndValues {
  const names = Object.keys(texts[0] ?? {});
  return Object.fromEntries(
    names.map((name) => [name, joinTensors(texts.map((text) => text[name] as Tensor<'float32'>))]),
  );
}
