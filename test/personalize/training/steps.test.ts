import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HeadWeights, KeysAndValues } from '../../../src/diffusion/heads.ts';
import { textSideOf } from '../../../src/diffusion/layered-text.ts';
import type { Model } from '../../../src/diffusion/model.ts';
import type { TaughtModel } from '../../../src/diffusion/taught-model.ts';
import type { TokenWeights } from '../../../src/diffusion/token-weights.ts';
import { withConcepts } from '../../../src/personalize/concepts.ts';
import { type LessonModel, lessonModel } from '../../../src/personalize/lesson-model.ts';
import { encodeAll } from '../../../src/personalize/texts.ts';
import { learningToken } from '../../../src/personalize/training/around-token.ts';
import { createBatches } from '../../../src/personalize/training/batches.ts';
import type { Course } from '../../../src/personalize/training/course.ts';
import { createMaskedUpdate } from '../../../src/personalize/training/masked-update.ts';
import { openSteps, type Steps } from '../../../src/personalize/training/steps.ts';
import { createRandom, gaussianNoise } from '../../../src/random.ts';
import { kept } from '../../diffusion/support/kept.ts';
import { farthest } from '../../diffusion/support/tiny-sd.ts';
import { madeUpConcept, noisePictures, openTiny } from '../tiny.ts';

const steps = 6;

let base: Model;
/** Knows an earlier concept with weights of its own. */
let server: TaughtModel;
beforeAll(async () => {
  base = await openTiny();
  server = withConcepts(
    base,
    [madeUpConcept(base, 1, [base.heads[0]!.name, base.heads[2]!.name])].map((concept) => ({
      ...concept,
      following: 1,
    })),
  );
});
afterAll(() => base.release());

/** Every seventh weight of all heads but one. */
const neurons = (): ReadonlyMap<string, Uint32Array> =>
  new Map(
    base.heads.map(({ name }, head) => [
      name,
      Uint32Array.from(base.baseWeights.get(name)!.keys()).filter((at) => head !== 1 && at % 7 === 3),
    ]),
  );

interface Taught {
  readonly course: Course;
  readonly learning: LessonModel;
}

async function courseOf(from: TaughtModel, atToken: boolean): Promise<Taught> {
  const learning = lessonModel({ model: from, token: '<new2>', classWord: 'dog' });
  const { token } = learning;
  const selection = { neurons: neurons() };
  const update = createMaskedUpdate({
    model: learning,
    selection,
    penalties: new Map(),
    token,
    weightRate: 3e-2,
    embeddingRate: 6e-2,
    atToken,
  });
  const heads = [...selection.neurons].map(
    ([name, indices]) => [name, { indices, values: update.trained.get(name)!.values }] as const,
  );
  const own: TokenWeights = { following: 1, heads: new Map(heads) };
  const model = { ...learning, weights: from.weights, own: new Map(from.own).set(token, own) };
  const latents = await base.autoencoder.encode(noisePictures(2));
  const texts = ['a <new2> dog beside a <new1> dog', 'a <new1> <new2> <new1> dog', 'a <new2>'];
  const captions = [encodeAll(model.tokenizer, texts), encodeAll(model.tokenizer, texts)];
  const examples = { latents, captions };
  const course = {
    model,
    batches: createBatches(model, examples, 2, createRandom(3)),
    batch: 2,
    steps,
    updates: [update],
    atToken: learningToken(token, model.own, examples),
  };
  return { course, learning };
}

/** The same gradients the long way: of whole matrices, with the trained weights in them on the way back. */
async function wholeMatrices({ course, learning }: Taught): Promise<Steps> {
  const { model, batch } = course;
  const textSide = textSideOf(model);
  const { channels, height, width } = base.folder.latents;
  const tokens = base.folder.tokenizer.maxTokens;
  const trunk = await base.trunk.training({ batch, tokens, latents: [channels, height, width] });
  const backward = await textSide.backward(batch, tokens);
  return {
    async step({ embeddings, positions = [], ...rest }) {
      const own = positions.filter(({ weights }) => weights === model.own?.get(learning.token));
      const keysAndValues: KeysAndValues = await textSide.project(embeddings, model.weights, positions);
      const { loss, prediction, cotangents } = await trunk.step({ ...rest, keysAndValues });
      const matrices: HeadWeights = learning.weights;
      const gradients = await backward.gradients(embeddings, matrices, kept(cotangents, own));
      return { loss, prediction, gradients };
    },
    async release() {
      await trunk.release();
      await backward.release();
    },
  };
}

async function trained({ course }: Taught, { step, release }: Steps) {
  const losses: number[] = [];
  for (let at = 0; at < steps; at++) {
    const batch = course.batches.next();
    const result = await step(batch);
    losses.push(result.loss);
    for (const update of course.updates) update.apply(result, batch.encodings, 1 - at / steps);
  }
  await release();
  return {
    losses,
    values: [...course.updates[0]!.trained].map(([name, { values }]) => [name, values] as const),
  };
}

async function expectTheSame(from: TaughtModel): Promise<void> {
  const [short, long] = [await courseOf(from, true), await courseOf(from, false)];
  const found = await trained(short, await openSteps(short.course));
  const expected = await trained(long, await wholeMatrices(long));
  expect(farthest(found.losses, expected.losses)).toBeLessThan(1e-5);
  for (const [i, [name, values]] of expected.values.entries()) {
    expect(found.values[i]?.[0]).toBe(name);
    if (values.length > 0) expect(farthest(found.values[i]![1], values), name).toBeLessThan(2e-4);
  }
  for (const [name, values] of short.learning.weights) expect(values, name).toEqual(from.weights.get(name));
}

test('a course at a token ends where one on whole matrices does, beside a token with weights of its own', () =>
  expectTheSame(server));

test('and so it does where each layer reads an embedding of its own, or a server has matrices of its own', async () => {
  const first = server.added.keys().next().value as number;
  const layers = base.heads
    .filter(({ kind }) => kind === 'key')
    .map((_, layer) => new Map([[first, gaussianNoise(2, layer, base.embeddings.width)]]));
  await expectTheSame({ ...server, layers });
  const weights = new Map(
    [...base.baseWeights].map(([name, values]) => [name, values.map((value) => 0.7 * value)]),
  );
  await expectTheSame({ ...server, weights });
});
