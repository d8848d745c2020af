import type { TaughtModel } from '../diffusion/taught-model.ts';
import type { ConceptWeights, SparseWeights } from './concept-file.ts';
import { placeInPyTorch } from './concepts.ts';
import type { Lesson } from './methods/method.ts';
import type { Selection } from './neurons/select.ts';

/** The server's model with weights of its own to train, and with the new token starting as its class word. */
export function lessonModel({ model, token, classWord }: Lesson): TaughtModel {
  const tokenizer = model.tokenizer.copy();
  const start = meanEmbedding(model, classWord);
  const added = new Map(model.added).set(tokenizer.addToken(token), start);
  const weights = new Map([...model.weights].map(([name, values]) => [name, values.slice()]));
  return { ...model, tokenizer, added, weights };
}

/** Mean of the embeddings of a word's tokens. */
function meanEmbedding({ base, tokenizer, added }: TaughtModel, word: string): Float32Array {
  const { ids, length } = tokenizer.encode(word);
  const own = Array.from(ids.slice(1, length - 1), (id) => base.embeddings.row(id) ?? added.get(id));
  const mean = new Float32Array(base.embeddings.width);
  for (const row of own)
    row?.forEach((value, i) => {
      mean[i] = (mean[i] as number) + value / own.length;
    });
  return mean;
}

/** What a trained model has that the concept is made of. */
export function conceptOf(lesson: Lesson, model: TaughtModel, selection: Selection): ConceptWeights {
  const { base } = model;
  const heads = new Map<string, SparseWeights>();
  for (const head of base.heads) {
    const matrix = model.weights.get(head.name) as Float32Array;
    const places = Array.from(selection.neurons.get(head.name) as Uint32Array, (index) => ({
      place: placeInPyTorch(index, head),
      value: matrix[index] as number,
    })).sort((a, b) => a.place - b.place);
    heads.set(head.name, {
      indices: Uint32Array.from(places, ({ place }) => place),
      values: Float32Array.from(places, ({ value }) => value),
    });
  }
  const { token, classWord, kind } = lesson;
  const embedding = model.added.get(model.tokenizer.addToken(token)) as Float32Array;
  return { token, classWord, kind, model: base.folder.id, embedding, heads };
}
