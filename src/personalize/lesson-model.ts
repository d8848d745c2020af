import type { HeadWeights } from '../diffusion/heads.ts';
import { type TaughtModel, untaught } from '../diffusion/taught-model.ts';
import type { Random } from '../random.ts';
import { meanEmbedding } from './class-embedding.ts';
import type { ConceptWeights, SparseWeights } from './concept-file.ts';
import { placeInPyTorch } from './concepts.ts';
import type { Lesson } from './method.ts';
import type { Selection } from './neurons/select.ts';

/** A model to train, with the id of the new token in it and its embedding, which trains in place. */
export interface LessonModel extends TaughtModel {
  readonly token: number;
  readonly embedding: Float32Array;
}

/**
 * The server's model with the new token starting as `start`: its class word, if not given.
 * @param weights that the lesson trains, copies of the server's if not given
 */
export function lessonModel(
  { model, token, classWord }: Pick<Lesson, 'model' | 'token' | 'classWord'>,
  start = meanEmbedding(model, classWord),
  weights: HeadWeights = new Map([...model.weights].map(([name, values]) => [name, values.slice()])),
): LessonModel {
  const tokenizer = model.tokenizer.copy();
  const id = tokenizer.addToken(token);
  const added = new Map(model.added).set(id, start);
  return { ...model, tokenizer, added, weights, token: id, embedding: start };
}

/** The same for a method whose concepts know nothing of each other before they are fused: the base model's weights. */
export function lessonOnBase({ model, token, classWord }: Lesson, start?: Float32Array): LessonModel {
  return lessonModel({ model: untaught(model.base), token, classWord }, start);
}

/** An embedding that says nothing yet: normal numbers, spread as those of the base model's tokens are. */
export function randomEmbedding({ base }: TaughtModel, random: Random): Float32Array<ArrayBuffer> {
  const { width } = base.embeddings;
  let [count, squares] = [0, 0];
  for (let id = 0, row = base.embeddings.row(0); row; row = base.embeddings.row(++id)) {
    for (const value of row) squares += value * value;
    count += width;
  }
  const spread = Math.sqrt(squares / count);
  return new Float32Array(width).map(() => spread * random.normal());
}

/** What a lesson made, as the method named keeps it. */
export function conceptOf(
  method: string,
  lesson: Lesson,
  learned: Pick<ConceptWeights, 'embedding'> &
    Partial<Pick<ConceptWeights, 'layers' | 'heads' | 'following' | 'deltas'>>,
): ConceptWeights {
  const { token, classWord, kind, model } = lesson;
  const none = { heads: new Map(), deltas: new Map() };
  return { method, token, classWord, kind, model: model.base.folder.id, ...none, ...learned };
}

/** The selected weights in a concept's order. @param values by head, in the order of its neurons */
export function selectedWeights(
  { base }: TaughtModel,
  { neurons }: Selection,
  values: ReadonlyMap<string, Float32Array>,
): ReadonlyMap<string, SparseWeights> {
  const heads = new Map<string, SparseWeights>();
  for (const head of base.heads) {
    const own = values.get(head.name) as Float32Array;
    const places = Array.from(neurons.get(head.name) as Uint32Array, (index, i) => ({
      place: placeInPyTorch(index, head),
      value: own[i] as number,
    })).sort((a, b) => a.place - b.place);
    heads.set(head.name, {
      indices: Uint32Array.from(places, ({ place }) => place),
      values: Float32Array.from(places, ({ value }) => value),
    });
  }
  return heads;
}
