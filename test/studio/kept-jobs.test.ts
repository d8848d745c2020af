import { expect, test } from 'vitest';
import type { ModelStore } from '../../model-store/open.ts';
import {
  type JobDriver,
  type JobHandlers,
  type JobQueue,
  type JobTypes,
  stopping,
} from '../../src/jobs/queue.ts';
import { failure, success, unwrap } from '../../src/result.ts';
import { createStudio, type StudioOptions } from '../../src/studio/create.ts';
import { createFakeEngine } from '../fakes/engine.ts';
import { scratchFolder, storeIn } from '../model-store/sample.ts';
import { request } from './scene.ts';

const by = { user: 'user 1', administrator: false };
const forEver = () => new Promise<never>(() => {});

/** A store in which two jobs have been accepted. */
async function acceptingStore(): Promise<ModelStore> {
  const store = await storeIn(await scratchFolder());
  for (const job of ['job1', 'job2']) await store.ledger.write('a', job, { order: { at: 1 } });
  return store;
}

/** A studio as a new process would make it, over what is kept. */
function newStudio(store: ModelStore, options: Partial<StudioOptions> = {}) {
  const engine = createFakeEngine();
  const { concepts, servers, records, ledger } = store;
  const studio = createStudio({
    store: concepts,
    servers,
    records,
    ledger,
    engine,
    model: 'folder',
    ...options,
  });
  return { engine, studio };
}

/** Teaches under the id of a job that a restart has interrupted: its pictures are no more. */
const again = async (studio: ReturnType<typeof newStudio>['studio']) =>
  studio.teach('a', await request({ by, pictures: [] }), { job: 'job1' });

test('a teach that was interrupted has its pictures, its number and its file after a restart', async () => {
  const store = await acceptingStore();
  const before = newStudio(store);
  before.engine.onTeach = forEver;
  void before.studio.teach('a', await request({ by, label: 'Rex' }), { job: 'job1' });
  await expect.poll(() => before.engine.teaches.length).toBe(1);

  const { studio, engine } = newStudio(store);
  const other = unwrap(await studio.teach('a', await request({ classWord: 'hat' }), { job: 'job2' }));
  const { concept } = unwrap(await again(studio));
  expect(engine.teaches[1]).toEqual({ ...before.engine.teaches[0]!, concepts: engine.teaches[1]!.concepts });
  expect(engine.teaches[1]!.checkpoint?.path).toBe(store.ledger.path('job1'));
  expect(concept).toMatchObject({ token: '<new1>', label: 'Rex' });
  expect(other.concept.token).toBe('<new2>');
});

const asked = {
  teach: async (studio: ReturnType<typeof newStudio>['studio']) =>
    (await studio.teach('a', await request({ by }), { job: 'job1' })).ok,
  drawing: async (studio: ReturnType<typeof newStudio>['studio']) =>
    (await studio.imagine('a', { prompt: 'a dog', by }, { job: 'job1' })).ok,
};

test.each(['teach', 'drawing'] as const)(
  'a %s that is gone on with after a restart does not keep what its server left behind',
  async (kind) => {
    const store = await acceptingStore();
    const before = newStudio(store);
    Object.assign(before.engine, { onTeach: forEver, onImagine: forEver });
    void asked[kind](before.studio);
    await expect.poll(() => store.ledger.read('a', 'job1', 'work')).toBeDefined();
    await before.studio.serverLeft('a');

    const due = () => store.servers.departures.due(Number.MAX_SAFE_INTEGER);
    const { studio } = newStudio(store);
    expect(await asked[kind](studio)).toBe(true);
    expect(await due()).toEqual(['a']);
    unwrap(await studio.imagine('a', { prompt: 'a dog', by }));
    expect(await due()).toEqual([]);
  },
);

test('a teach that was accepted on another base model is taught on the one that there is, with pictures of its size', async () => {
  const store = await acceptingStore();
  const before = newStudio(store);
  before.engine.onTeach = forEver;
  void before.studio.teach('a', await request({ by }), { job: 'job1' });
  await expect.poll(() => before.engine.teaches.length).toBe(1);

  const { studio, engine } = newStudio(store);
  engine.model = success({ id: 'model-2', pixels: { width: 32, height: 32 }, parameters: 5 });
  const { concept } = unwrap(await again(studio));
  expect(concept).toMatchObject({ token: '<new1>', model: 'model-2' });
  const sizes = engine.teaches[0]!.pictures.map(({ width, height, rgb }) => [width, height, rgb.length]);
  expect(sizes).toEqual([
    [32, 32, 32 * 32 * 3],
    [32, 32, 32 * 32 * 3],
  ]);
});

test('a concept that was stored before the restart is not taught again, and shown with what there was to tell', async () => {
  const store = await acceptingStore();
  const first = newStudio(store);
  const { onTeach } = first.engine;
  first.engine.onTeach = async (task, options) => {
    const outcome = unwrap(await onTeach(task, options));
    return { ok: true, value: { ...outcome, captions: ['a <new1> dog'] } };
  };
  const taught = unwrap(await first.studio.teach('a', await request({ by }), { job: 'job1' }));
  const { studio, engine } = newStudio(store);
  const repeated = unwrap(await again(studio));
  expect(repeated).toMatchObject({ concept: taught.concept, notes: taught.notes });
  expect(Buffer.from(repeated.sheet)).toEqual(Buffer.from(taught.sheet));
  expect(engine.teaches).toEqual([]);
  expect(await studio.concepts('a')).toHaveLength(1);
});

test('a service that describes pictures is asked once, and what the settings say later changes nothing', async () => {
  const store = await acceptingStore();
  let asked = 0;
  const captioner = {
    async caption() {
      asked++;
      return { captions: [[`a <new1> dog, ${asked}`], ['a <new1> dog']], note: `Note ${asked}` };
    },
  };
  const before = newStudio(store, { captioner, methodOf: () => 'cns' });
  before.engine.onTeach = forEver;
  void before.studio.teach('a', await request({ by }), { job: 'job1' });
  await expect.poll(() => before.engine.teaches.length).toBe(1);
  const { studio, engine } = newStudio(store, { captioner, methodOf: () => 'c-lora' });
  const { notes } = unwrap(await again(studio));
  expect(asked).toBe(1);
  expect(notes).toContain('Note 1');
  expect(engine.teaches[0]).toEqual(before.engine.teaches[0]);
});

test('what was accepted counts once towards the quotas, and is done though they are used up', async () => {
  const store = await acceptingStore();
  const before = newStudio(store);
  before.engine.onTeach = forEver;
  void before.studio.teach('a', await request({ by }), { job: 'job1' });
  await expect.poll(() => before.engine.teaches.length).toBe(1);
  const { studio } = newStudio(store);
  unwrap(
    await studio.changeSettings('a', (settings) => ({
      ...settings,
      quotas: { ...settings.quotas, lessonsPerUser: 1 },
    })),
  );
  expect(await studio.mayTeach('a', await request({ by }))).toMatchObject({
    problem: { code: 'not-allowed' },
  });
  unwrap(await again(studio));
  expect((await studio.used('a')).lessons).toBe(1);
});

test('what was accepted is done though its server has as many lessons as it may, or something is brought in there', async () => {
  const store = await acceptingStore();
  const before = newStudio(store);
  before.engine.onTeach = forEver;
  void before.studio.teach('a', await request({ by }), { job: 'job1' });
  await expect.poll(() => before.engine.teaches.length).toBe(1);

  const limits = { perServer: { teach: 1, imagine: 1 } };
  const { studio, engine } = newStudio(store, { limits });
  const [imported, taught] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const { onAdopt, onTeach } = engine;
  engine.onAdopt = async (...asked) => imported.promise.then(() => onAdopt(...asked));
  engine.onTeach = async (...asked) => taught.promise.then(() => onTeach(...asked));
  const bringing = studio.importFiles('a', { user: 'user 1', files: [new Uint8Array(1)], classWord: 'hat' });
  await expect.poll(() => engine.adoptions.length).toBe(1);
  const first = again(studio);
  imported.resolve();
  unwrap(await bringing);
  await expect.poll(() => engine.teaches.length).toBe(1);
  expect(await studio.teach('a', await request({ by }), {})).toMatchObject({
    problem: { code: 'not-allowed' },
  });
  await store.ledger.write('a', 'job2', { work: await store.ledger.read('a', 'job1', 'work') });
  const second = studio.teach('a', await request({ by, pictures: [] }), { job: 'job2' });
  await expect.poll(async () => (await studio.activity('a')).length).toBe(2);
  taught.resolve();
  for (const lesson of [first, second]) unwrap(await lesson);
  expect(await studio.concepts('a')).toHaveLength(3);
});

test('a drawing that was interrupted is drawn from the seed that was drawn first', async () => {
  const store = await acceptingStore();
  const before = newStudio(store);
  before.engine.onImagine = forEver;
  void before.studio.imagine('a', { by, prompt: 'a dog', count: 2 }, { job: 'job1' });
  await expect.poll(() => before.engine.drawings.length).toBe(1);
  const { studio, engine } = newStudio(store);
  unwrap(await studio.imagine('a', { by, prompt: 'a dog', count: 2 }, { job: 'job1' }));
  expect(engine.drawings).toEqual(before.engine.drawings);
  expect((await studio.used('a')).pictures).toBe(2);
});

test('whoever watches jobs hears when those that are kept were accepted, and of others nothing', async () => {
  const store = await acceptingStore();
  const heard: (number | undefined)[] = [];
  const watched = (driver: JobDriver): JobDriver => {
    return <Types extends JobTypes>(handlers: JobHandlers<Types>): JobQueue<Types> => {
      const queue = driver<Types>(handlers);
      return {
        ...queue,
        run(kind, server, data, options) {
          heard.push(options?.acceptedAt);
          return queue.run(kind, server, data, options);
        },
      };
    };
  };
  const { studio } = newStudio(store, { watched });
  unwrap(await studio.imagine('a', { by, prompt: 'a dog' }, { job: 'job1' }));
  unwrap(await studio.imagine('a', { by, prompt: 'a dog' }, { job: 'job3' }));
  expect(heard).toEqual([1, undefined]);
});

test('of a teach that is refused nothing is kept, and of one that nobody has accepted neither', async () => {
  const store = await acceptingStore();
  const { studio, engine } = newStudio(store);
  expect((await studio.teach('a', await request({ pictures: [] }), { job: 'job1' })).ok).toBe(false);
  engine.onTeach = async () => failure('engine-down', 'down');
  for (const options of [{}, { job: 'job3' }])
    expect((await studio.teach('a', await request(), options)).ok).toBe(false);
  expect(await store.ledger.list('work')).toEqual([]);
  expect(await store.ledger.list('notes')).toEqual([]);
  expect(engine.teaches.map(({ checkpoint }) => checkpoint)).toEqual([undefined, undefined]);
});

test('a drawing that is put off before it has begun counts once, and one that is cancelled then does not', async () => {
  const store = await acceptingStore();
  const { studio: before, engine: busy } = newStudio(store);
  busy.onImagine = forEver;
  const ask = { by, prompt: 'a dog', count: 3 };
  void before.imagine('a', { by, prompt: 'a cat' }, { job: 'cat' });
  const [ending, cancelling] = [new AbortController(), new AbortController()];
  const putOff = before.imagine('a', ask, { job: 'job1', signal: ending.signal });
  const cancelled = before.imagine('a', ask, { job: 'job2', signal: cancelling.signal });
  await expect.poll(async () => (await before.activity('a')).length).toBe(3);
  ending.abort(stopping);
  cancelling.abort();
  for (const ended of [await putOff, await cancelled])
    expect(ended).toMatchObject({ problem: { code: 'cancelled' } });
  expect((await before.used('a')).pictures).toBe(1 + 3);

  const { studio } = newStudio(store);
  unwrap(await studio.imagine('a', ask, { job: 'job1' }));
  expect((await studio.used('a')).pictures).toBe(1 + 3);
});
