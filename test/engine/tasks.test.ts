import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createModels, type Models } from '../../src/engine/models.ts';
import type {
  CheckOutcome,
  ConceptRef,
  EngineReply,
  ImagineOutcome,
  ImagineTask,
  ModelDescription,
  Outcome,
  Progress,
  Task,
  TeachOutcome,
  TeachTask,
} from '../../src/engine/protocol.ts';
import { serve } from '../../src/engine/serve.ts';
import { adoptTask } from '../../src/engine/tasks/adopt.ts';
import { checkTask } from '../../src/engine/tasks/check.ts';
import { convertTask } from '../../src/engine/tasks/convert.ts';
import { describeTask } from '../../src/engine/tasks/describe.ts';
import { imagineTask } from '../../src/engine/tasks/imagine.ts';
import { teachTask } from '../../src/engine/tasks/teach.ts';
import { loadFormats } from '../../src/interop/formats.ts';
import { decodeConcept, encodeConcept } from '../../src/personalize/concept-file.ts';
import { sampleRequests } from '../../src/personalize/sample-prompts.ts';
import { type Result, unwrap } from '../../src/result.ts';
import { createRuntime } from '../../src/runtime/session.ts';
import { smallMethods } from '../personalize/methods/small.ts';
import { madeUpConcept, noisePictures, tinyFolder } from '../personalize/tiny.ts';
import { conceptFiles } from './concept-files.ts';

let files: Awaited<ReturnType<typeof conceptFiles>>;
let models: Models;
let send: (message: unknown) => void;
const waiting = new Map<number, (reply: EngineReply) => void>();
let lastId = 0;

/** Runs a task as the engine process does. */
function run<T extends Outcome>(task: Task, onProgress: (progress: Progress, id: number) => void = () => {}) {
  const id = ++lastId;
  return new Promise<Result<T>>((resolve) => {
    waiting.set(id, (reply) => {
      if (reply.type === 'progress') onProgress(reply.progress, id);
      if (reply.type === 'result') resolve(reply.result as Result<T>);
    });
    send({ type: 'run', id, task });
  });
}

const teach: TeachTask = {
  kind: 'teach',
  model: tinyFolder,
  method: 'cns',
  concepts: [],
  token: '<new1>',
  classWord: 'dog',
  conceptKind: 'subject',
  pictures: noisePictures(2),
  captions: [['a <new1> dog', 'a photo of a <new1> dog'], ['a <new1> dog']],
  seed: 3,
  steps: 4,
};

const imagine: ImagineTask = {
  kind: 'imagine',
  model: tinyFolder,
  concepts: [],
  prompt: 'a <new1> dog in the park',
  negativePrompt: '',
  count: 2,
  seed: 9,
  steps: 6,
  guidanceScale: 3,
};

let taught: TeachOutcome;
const told: Progress[] = [];
let dog: ConceptRef;

beforeAll(async () => {
  files = await conceptFiles();
  models = createModels(createRuntime({ threads: 1 }), smallMethods);
  const handlers = {
    describe: describeTask(models),
    adopt: adoptTask(models, smallMethods, new Map()),
    check: checkTask(models),
    convert: convertTask(models, await loadFormats()),
    imagine: imagineTask(models),
    teach: teachTask(models, smallMethods),
  };
  send = serve(
    handlers,
    (reply) => {
      if ('id' in reply) waiting.get(reply.id)?.(reply);
    },
    (line) => expect.fail(line),
  );
  taught = unwrap(await run<TeachOutcome>(teach, (progress) => told.push(progress)));
  dog = await files.write('<new1>', taught.concept);
});
afterAll(async () => {
  await (await models.base(tinyFolder)).release();
  await files.remove();
});

test('a model is described by its size and its weights', async () => {
  const base = await models.base(tinyFolder);
  const description = unwrap(await run<ModelDescription>({ kind: 'describe', model: tinyFolder }));
  expect(description).toEqual({
    id: base.folder.id,
    pixels: { width: 32, height: 32 },
    parameters: base.counts.parameters,
    sizeStep: 2,
  });
  // U-Net and text encoder; CLIP's vocabulary of 49,408 tokens of width 32 is most of it.
  expect(description.parameters).toBeGreaterThan(49_408 * 32);
});

describe('a concept file from outside', () => {
  const check = (concept: Uint8Array) => run<CheckOutcome>({ kind: 'check', model: tinyFolder, concept });

  test('says what it is of, where it can be used', async () => {
    expect(await check(taught.concept)).toEqual({
      ok: true,
      value: { method: 'cns', token: '<new1>', classWord: 'dog', kind: 'subject' },
    });
  });

  test('is refused where a stored one would be', async () => {
    const base = await models.base(tinyFolder);
    const made = madeUpConcept(base, 1, [base.heads[0]!.name]);
    const [[name, { indices, values }]] = [...made.heads] as [
      [string, { indices: Uint32Array; values: Float32Array }],
    ];
    const outside = { indices: Uint32Array.from(indices, (place) => place + 2 ** 30), values };
    for (const bytes of [
      new Uint8Array(),
      taught.concept.slice(0, -4),
      encodeConcept({ ...made, model: 'another' }),
      encodeConcept({ ...made, method: 'dreambooth' }),
      encodeConcept({ ...made, heads: new Map([[name, outside]]) }),
      encodeConcept({ ...made, heads: new Map([['no.such.matrix', { indices, values }]]) }),
      encodeConcept({ ...made, heads: new Map([[name, { indices, values: values.map(() => Number.NaN) }]]) }),
      encodeConcept({ ...made, embedding: new Float32Array(3) }),
    ])
      expect(await check(bytes)).toMatchObject({ problem: { code: 'invalid-file' } });
  });
});

describe('teaching', () => {
  test('gives a concept of the model, its numbers, and samples', async () => {
    const base = await models.base(tinyFolder);
    const concept = decodeConcept(taught.concept, base.heads, base.embeddings.width);
    expect([concept.token, concept.classWord, concept.kind, concept.model]).toEqual([
      '<new1>',
      'dog',
      'subject',
      base.folder.id,
    ]);
    const places = [...concept.heads.values()].reduce((sum, { indices }) => sum + indices.length, 0);
    expect(taught.neurons).toBe(places);
    expect(taught.share).toBe(places / base.counts.parameters);
    expect(taught.steps).toBe(4);
    expect(taught.samples).toHaveLength(4);
    for (const { width, height, rgb } of taught.samples)
      expect([width, height, rgb.length]).toEqual([32, 32, 3072]);
    expect(new Set(taught.samples.map(({ rgb }) => rgb.join())).size).toBe(4);
  });

  test('leaves out captions whose token the text encoder does not reach, and counts them', async () => {
    const long = `a dog ${'and a horse '.repeat(40)}in front of a <new1> dog`;
    const taughtFrom = async (...captions: readonly string[]) =>
      unwrap(
        await run<TeachOutcome>({ ...teach, captions: [captions], pictures: noisePictures(1), steps: 2 }),
      );
    const [short, both] = [await taughtFrom('a <new1> dog'), await taughtFrom('a <new1> dog', long)];
    expect([short.captionsLeftOut, both.captionsLeftOut]).toEqual([0, 1]);
    expect(both.concept).toEqual(short.concept);
  });

  test('tells how far it has come, phase after phase, with previews', () => {
    const phases = told.map(({ phase }) => phase).filter((phase, i, all) => phase !== all[i - 1]);
    expect(phases).toEqual(['loading', 'selecting', 'loading', 'training', 'drawing']);
    const training = told.filter(({ phase }) => phase === 'training');
    expect(training.map(({ step, steps }) => [step, steps])).toEqual([
      [1, 4],
      [2, 4],
      [3, 4],
      [4, 4],
    ]);
    expect(training.map(({ preview }) => preview !== undefined)).toEqual([true, true, true, false]);
    for (const { loss } of training) expect(loss).toBeGreaterThan(0);
    const left = training.map(({ secondsLeft }) => secondsLeft);
    expect(left[0], 'one step says nothing of the next').toBeUndefined();
    for (const seconds of left.slice(1, -1)) expect(seconds).toBeGreaterThan(0);
    expect(left.at(-1)).toBe(0);
  });

  test('is by the method that the task names, and drawings are of what that method makes of it', async () => {
    const base = await models.base(tinyFolder);
    const phases = new Set<string>();
    for (const [method, earlier] of [
      ['mix-of-show', []],
      ['custom-diffusion', [dog]],
    ] as const) {
      const task = { ...teach, method, concepts: earlier, token: '<new2>', captions: [['a <new2> dog']] };
      const outcome = unwrap(
        await run<TeachOutcome>({ ...task, pictures: noisePictures(1) }, ({ phase }) => phases.add(phase)),
      );
      expect('overlap' in outcome).toBe(false);
      const concept = decodeConcept(outcome.concept, base.heads, base.embeddings.width);
      expect([concept.method, concept.heads.size, concept.deltas.size]).toEqual([
        method,
        0,
        base.heads.length,
      ]);
      const taughtSo = await files.write('<new2>', outcome.concept);
      const concepts = [...earlier, taughtSo];
      const [one] = sampleRequests('<new2>', 'dog', 'subject', teach.seed);
      const redrawn = await pixels({ concepts, ...one, count: 1 });
      expect(redrawn).toEqual([Buffer.from(outcome.samples[0]!.rgb).toString('base64')]);
    }
    expect(phases).toEqual(new Set(['loading', 'training', 'drawing', 'recalling']));
  });

  test('by a method that there is not is refused', async () => {
    expect(await run({ ...teach, method: 'dreambooth' })).toMatchObject({
      problem: { code: 'invalid-option' },
    });
  });

  test('is cancelled between steps, and the engine goes on', async () => {
    const result = await run(teach, ({ phase }, id) => {
      if (phase === 'training') send({ type: 'cancel', id });
    });
    expect(result).toMatchObject({ ok: false, problem: { code: 'cancelled' } });
    expect((await run({ kind: 'describe', model: tinyFolder })).ok).toBe(true);
  });
});

const draw = (task: Partial<ImagineTask> = {}) => run<ImagineOutcome>({ ...imagine, ...task });
const pixels = async (task: Partial<ImagineTask> = {}) =>
  unwrap(await draw(task)).images.map(({ rgb }) => Buffer.from(rgb).toString('base64'));

describe('imagining', () => {
  test('draws with what was taught, the same for the same seed', async () => {
    const [with1, again, without] = [
      await pixels({ concepts: [dog] }),
      await pixels({ concepts: [dog] }),
      await pixels(),
    ];
    expect(with1).toHaveLength(2);
    expect(with1[0]).not.toBe(with1[1]);
    expect(again).toEqual(with1);
    expect(without).not.toEqual(with1);
  });

  test('tells each step, shows a preview on the way, and says what did not fit', async () => {
    const steps: Progress[] = [];
    const long = `a dog ${'and a horse '.repeat(40)}`;
    const negativePrompt = `snow ${long}`;
    // The model's own sampler, pndm, evaluates it once more than it has steps.
    const request = { ...imagine, prompt: long, negativePrompt, steps: 7 } as const;
    const { ignoredText, ignoredNegative } = unwrap(
      await run<ImagineOutcome>(request, (progress) => steps.push(progress)),
    );
    const drawing = steps.filter(({ phase }) => phase === 'drawing');
    expect(drawing.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(drawing.filter(({ preview }) => preview !== undefined).map(({ step }) => step)).toEqual([7]);
    expect(long.trimEnd().endsWith(ignoredText?.trimEnd() ?? 'nothing')).toBe(true);
    expect(ignoredNegative?.endsWith(ignoredText ?? 'nothing')).toBe(true);
    expect(ignoredNegative).not.toBe(ignoredText);
  });

  test('servers do not see each other, whatever order they draw in', async () => {
    const base = await models.base(tinyFolder);
    const names = base.heads.map(({ name }) => name);
    const other = await files.write('<new1>', encodeConcept(madeUpConcept(base, 1, names)));
    const [first, second] = [await pixels({ concepts: [dog] }), await pixels({ concepts: [other] })];
    const bare = await pixels();
    expect(new Set([first, second, bare].map(String)).size).toBe(3);
    const together = await Promise.all([
      pixels({ concepts: [other] }),
      pixels(),
      pixels({ concepts: [dog] }),
    ]);
    expect(together).toEqual([second, bare, first]);
  });

  test('with a concept file that was changed is refused', async () => {
    const broken = { ...dog, sha256: '0'.repeat(64) };
    expect(await draw({ concepts: [broken] })).toMatchObject({ problem: { code: 'storage-corrupt' } });
  });
});
