import type { TaughtModel } from '../diffusion/taught-model.ts';

/** Mean of the embeddings of a word's tokens; zeros for a word of none. */
export function meanEmbedding(
  { base, tokenizer, added }: Pick<TaughtModel, 'base' | 'tokenizer' | 'added'>,
  word: string,
): Float32Array {
  const { ids, length } = tokenizer.encode(word);
  const own = Array.from(ids.slice(1, length - 1), (id) => base.embeddings.row(id) ?? added.get(id));
  const mean = new Float32Array(base.embeddings.width);
  for (const row of own)
    row?.forEach((value, i) => {
      mean[i] = (mean[i] as number) + value / own.length;
    });
  return mean;
}
