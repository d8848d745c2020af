import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { draw } from '../../../src/diffusion/draw.ts';
import type { Model } from '../../../src/diffusion/model.ts';
import type { TaughtModel } from '../../../src/diffusion/taught-model.ts';
import { openTraining } from '../../../src/diffusion/training/training.ts';
import { encodeConcept } from '../../../src/personalize/concept-file.ts';
import { withConcepts } from '../../../src/personalize/concepts.ts';
import { lessonModel } from '../../../src/personalize/lesson-model.ts';
import type { Learned, Lesson, LessonHooks } from '../../../src/personalize/method.ts';
import { createCns } from '../../../src/personalize/methods/cns.ts';
import { encodeAll } from '../../../src/personalize/texts.ts';
import { createBatches } from '../../../src/personalize/training/batches.ts';
import { createRandom } from '../../../src/random.ts';
import { raise } from '../../../src/result.ts';
import { bits, openTiny, plainHooks, tinyLesson } from '../tiny.ts';

const method = createCns({ batch: 2 });

let base: Model;
let lesson: Lesson;
let learned: Learned;
let trained: TaughtModel;
const steps: { readonly step: number; readonly steps: number; readonly loss: number }[] = [];
const selecting: (readonly [number, number])[] = [];
let turns = 0;
let baseBefore: ReadonlyMap<string, Float32Array>;

beforeAll(async () => {
  base = await openTiny();
  baseBefore = new Map([...base.baseWeights].map(([name, values]) => [name, values.slice()]));
  lesson = tinyLesson(base);
  learned = await method.teach(lesson, {
    async turn(action) {
      turns++;
      return action();
    },
    onPreparing: (what, done, of) => void (what === 'selecting' && selecting.push([done, of])),
    onStep(step, of, loss, model) {
      steps.push({ step, steps: of, loss });
      trained = model;
    },
  });
});
afterAll(() => base.release());

function changedOf(from: ReadonlyMap<string, Float32Array>, to: ReadonlyMap<string, Float32Array>) {
  return new Map(
    [...from].map(([name, values]) => {
      const [before, after] = [bits(values), bits(to.get(name) as Float32Array)];
      return [name, new Set([...before.keys()].filter((i) => before[i] !== after[i]))];
    }),
  );
}

/** Latents of a picture. */
async function drawnOf(model: TaughtModel, prompt: string): Promise<Float32Array> {
  const request = { prompt, negativePrompt: '', count: 1, seed: 3, steps: 2, guidanceScale: 4 } as const;
  return (await draw(model, { ...request, sampler: 'ddim' }, { ...plainHooks, onStep() {} })).latents.data;
}

const noChange = () => new Map(base.heads.map(({ name }) => [name, new Set()]));

describe('a lesson', () => {
  test('tells of every head, once for what is general and once for its own, and of every step, with a finite loss', () => {
    const both = [...base.heads, ...base.heads];
    expect(selecting).toEqual(both.map((_, index) => [index + 1, both.length]));
    expect(steps.map(({ step, steps: of }) => [step, of])).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
    for (const { loss } of steps) expect(loss).toBeGreaterThan(0);
    expect(learned.steps).toBe(3);
    expect(learned.lossFirst).toBe(steps.at(-1)?.loss);
    expect(learned.overlap).toBeGreaterThan(0);
    expect(learned.overlap).toBeLessThan(1);
  });

  test('changes nearly all of the selected weights where the token stands, and none anywhere else', () => {
    const { own, weights } = withConcepts(base, [learned.concept]);
    const [there] = own!.values();
    const changed = base.heads.reduce((sum, { name }) => {
      const { indices, values } = there!.heads.get(name)!;
      return sum + indices.filter((index, i) => values[i] !== base.baseWeights.get(name)![index]).length;
    }, 0);
    expect(changed).toBeGreaterThan(0.95 * learned.neurons);
    expect(learned.neurons).toBe(Math.round(0.0013 * base.counts.parameters));
    expect(changedOf(base.baseWeights, weights)).toEqual(noChange());
  });

  test('leaves a concept that draws exactly as the last preview did', () => {
    const model = withConcepts(base, [learned.concept]);
    expect(model.own).toEqual(trained.own);
    expect(changedOf(trained.weights, model.weights)).toEqual(noChange());
    expect([...model.added.values()]).toEqual([learned.concept.embedding]);
    const { token, classWord, kind, model: id } = learned.concept;
    expect([token, classWord, kind, id]).toEqual(['<new1>', 'dog', 'subject', base.folder.id]);
  });

  test('leaves the model that it was given as it was', () => {
    expect(changedOf(baseBefore, base.baseWeights)).toEqual(noChange());
    expect(changedOf(baseBefore, lesson.model.weights)).toEqual(noChange());
    expect(lesson.model.added.size).toBe(0);
    expect(lesson.model.tokenizer.encode('<new1>').length).toBeGreaterThan(3);
  });

  test('gives the same bits for the same seed, and others for another', async () => {
    const again = await method.teach(lesson, plainHooks);
    const other = await method.teach({ ...lesson, seed: 6 }, plainHooks);
    expect(encodeConcept(again.concept)).toEqual(encodeConcept(learned.concept));
    expect(encodeConcept(other.concept)).not.toEqual(encodeConcept(learned.concept));
  });
});

test('over a lesson the loss falls, measured before and after on the same noise and timesteps', async () => {
  const longer = { ...lesson, steps: 30 };
  let after: TaughtModel | undefined;
  await method.teach(longer, {
    ...plainHooks,
    onStep(_step, _steps, _loss, model) {
      after = model;
    },
  });
  const before = lessonModel(lesson);
  const latents = await base.autoencoder.encode(lesson.pictures);
  const training = await openTraining(base, 8);
  /** Mean over batches that are the same whatever the model: their noise, timesteps and captions come from one seed. */
  const lossOf = async (model: TaughtModel) => {
    const captions = lesson.captions.map((texts) => encodeAll(model.tokenizer, texts));
    const batches = createBatches(model, { latents, captions }, 8, createRandom(99));
    let sum = 0;
    for (let i = 0; i < 4; i++) sum += (await training.step(batches.next(), model.weights)).loss;
    return sum / 4;
  };
  const [start, end] = [await lossOf(before), await lossOf(after as TaughtModel)];
  await training.release();
  expect(end).toBeLessThan(0.99 * start);
});

describe('a second lesson on the same class word', () => {
  test('has as many weights as the first, and leaves the pictures of the first and of no token their bits', async () => {
    const one = withConcepts(base, [learned.concept]);
    const second = await method.teach(tinyLesson(base, [learned.concept]), plainHooks);
    expect(second.neurons).toBe(learned.neurons);
    const both = withConcepts(base, [learned.concept, second.concept]);
    for (const prompt of ['a <new1> dog in the park', 'a dog in the park', '']) {
      const [before, after] = [await drawnOf(one, prompt), await drawnOf(both, prompt)];
      expect(bits(after)).toEqual(bits(before));
    }
    const added = [await drawnOf(one, 'a <new2> dog'), await drawnOf(both, 'a <new2> dog')];
    expect(bits(added[1]!)).not.toEqual(bits(added[0]!));
  });
});

describe('a lesson that is cancelled', () => {
  /** A base model that counts the sessions open for training. */
  function counted(): { readonly model: Model; readonly open: Set<string> } {
    const open = new Set<string>();
    const tracked = <T extends { release(): Promise<void> }>(name: string, session: T): T => {
      open.add(name);
      return {
        ...session,
        release: () => {
          open.delete(name);
          return session.release();
        },
      };
    };
    const model: Model = {
      ...base,
      tokenDenoising: async (options) => tracked('step', await base.tokenDenoising(options)),
    };
    return { model, open };
  }

  test('leaves nothing open, whether at its beginning or in the middle of training', async () => {
    const { model, open } = counted();
    for (const last of [1, turns - 2]) {
      let taken = 0;
      const hooks: LessonHooks = {
        ...plainHooks,
        async turn(action) {
          return taken++ === last ? raise('cancelled', 'stopped') : action();
        },
        onStep: () => expect(open).toEqual(new Set(['step'])),
      };
      const cancelled = method.teach({ ...lesson, model: withConcepts(model, []) }, hooks);
      await expect(cancelled).rejects.toThrow('stopped');
      expect([taken, open.size]).toEqual([last + 1, 0]);
    }
  });
});
