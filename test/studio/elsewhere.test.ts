import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { ModelStore } from '../../model-store/open.ts';
import { askWorkers } from '../../src/jobs/bullmq/asking.ts';
import { type WorkingOptions, workOn } from '../../src/jobs/bullmq/working.ts';
import { stopping } from '../../src/jobs/queue.ts';
import { success, unwrap } from '../../src/result.ts';
import { createStudio, jobsFor, type StudioOptions } from '../../src/studio/create.ts';
import { type Cuttable, cuttable } from '../fakes/cuttable.ts';
import { createFakeEngine, type FakeEngine } from '../fakes/engine.ts';
import type { LocalServer } from '../fakes/servers/process.ts';
import { startRedis } from '../fakes/servers/redis.ts';
import { scratchFolder, storeIn } from '../model-store/sample.ts';
import { request, scene } from './scene.ts';

let redis: LocalServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

let installations = 0;
const patience = { timeout: 30_000 };
const by = { user: 'user 1', administrator: false };

/** A store in which `job1` has been accepted, and bots and workers that share it, each with a disk of its own. */
async function installation() {
  const store = await storeIn(await scratchFolder());
  await store.ledger.write('a', 'job1', { order: { at: 1 } });
  const broker = { prefix: `{${installations++}}`, url: redis.url, onError: () => {} };
  const way = await cuttable(redis.port);
  const closings: (() => Promise<void>)[] = [];
  onTestFinished(async () => {
    way.mend();
    await Promise.all(closings.map((close) => close()));
    await way.close();
  });
  return {
    store,
    way,
    bot(options: Pick<StudioOptions, 'measured'> = {}) {
      const perServer = { teach: 10, imagine: 10 };
      const asking = askWorkers({ ...broker, perServer, pollMilliseconds: 20, crewMilliseconds: 20 });
      const engine = createFakeEngine();
      const modelNow = () => asking.serving?.model;
      const atOnce = () => asking.serving?.slots ?? {};
      const jobs = { jobs: asking.driver, modelNow, atOnce };
      const studio = createStudio({ ...given(store, engine), ...jobs, ...options });
      closings.push(async () => {
        await studio.close();
        await asking.close();
      });
      return { studio, engine, modelNow };
    },
    /** @param leaving has it end */
    async worker(options: Partial<WorkingOptions> = {}, leaving?: AbortSignal) {
      const engine = createFakeEngine();
      const folder = await scratchFolder();
      const ledger = { ...store.ledger, path: (job: string) => join(folder, job) };
      const handlers = jobsFor({ ...given(store, engine), ledger });
      const model = { id: 'model-1', name: 'one' };
      const works = { model, running: { teach: 2, imagine: 2 }, silentMilliseconds: 1500 };
      const worker = workOn(handlers, { ...broker, ...works, ...options });
      closings.push(worker.close);
      leaving?.addEventListener('abort', () => void worker.close());
      return engine;
    },
  };
}

function given({ concepts, servers, records, ledger }: ModelStore, engine: FakeEngine) {
  return { store: concepts, servers, records, ledger, engine, model: 'folder' };
}

/** Runs until it is told to stop. */
const untilStopped: FakeEngine['onTeach'] = (_, { signal }) =>
  new Promise((resolve) => {
    const stopped = { ok: false, problem: { code: 'cancelled', message: 'stopped' } } as const;
    if (signal?.aborted) return resolve(stopped);
    signal?.addEventListener('abort', () => resolve(stopped), { once: true });
  });

const urlOf = ({ port }: Cuttable) => `redis://127.0.0.1:${port}`;

test('what a worker draws and learns is what the bot itself would have', async () => {
  const { bot, worker } = await installation();
  const engine = await worker();
  const { studio, engine: unused } = bot();
  const alone = await scene();
  for (const one of [studio, alone.studio]) unwrap(await one.teach('a', await request({ by }), {}));
  const drawing = { by, prompt: 'a <new1> dog', count: 2, seed: 7 };
  const drawn = unwrap(await studio.imagine('a', drawing));
  const expected = unwrap(await alone.studio.imagine('a', drawing));
  expect(drawn.pictures.map((file) => Buffer.from(file))).toEqual(
    expected.pictures.map((file) => Buffer.from(file)),
  );
  expect(drawn).toMatchObject({ seed: 7, notes: expected.notes, prompt: expected.prompt });
  const [concept] = await studio.concepts('a');
  const [other] = await alone.studio.concepts('a');
  expect({ ...concept, taughtAt: 0 }).toEqual({ ...other, taughtAt: 0 });
  expect([engine.teaches.length, engine.drawings.length]).toEqual([1, 1]);
  expect([unused.teaches, unused.drawings]).toEqual([[], []]);
});

test('another worker takes a teach up from the checkpoint of one that was cut off, which stores nothing when it is back', async () => {
  const { bot, worker, store, way } = await installation();
  const first = await worker({ url: urlOf(way) });
  const late = Promise.withResolvers<void>();
  const { onTeach } = first;
  first.onTeach = async (task, options) => {
    await writeFile(task.checkpoint!.path, 'as far as step 100');
    await store.ledger.write('a', 'job1', { checkpoint: await readFile(task.checkpoint!.path) });
    await late.promise;
    return onTeach(task, options);
  };
  const { studio } = bot();
  const teach = studio.teach('a', await request({ by }), { job: 'job1' });
  await expect.poll(() => store.ledger.read('a', 'job1', 'checkpoint')).toBeDefined();
  way.cut();
  const second = await worker();
  let found: string | undefined;
  second.onTeach = async (task, options) => {
    found = await readFile(task.checkpoint!.path, 'utf8');
    return onTeach(task, options);
  };
  const { concept } = unwrap(await teach);
  expect(found).toBe('as far as step 100');
  await store.concepts.forget('a', concept.token);
  way.mend();
  late.resolve();
  await expect.poll(() => store.ledger.read('a', 'job1', 'notes')).toMatchObject({ number: 1 });
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(await store.concepts.list('a')).toEqual([]);
});

test('a worker that was cut off does not store what was cancelled meanwhile, though it has never heard of that', async () => {
  const { bot, worker, store, way } = await installation();
  const first = await worker({ url: urlOf(way) });
  const late = Promise.withResolvers<void>();
  const { onTeach } = first;
  first.onTeach = async (task, options) => {
    await late.promise;
    return onTeach(task, options);
  };
  const controller = new AbortController();
  const teach = bot().studio.teach('a', await request({ by }), { job: 'job1', signal: controller.signal });
  await expect.poll(() => first.teaches).toHaveLength(1);
  way.cut();
  const second = await worker();
  second.onTeach = untilStopped;
  await expect.poll(() => second.teaches).toHaveLength(1);
  controller.abort();
  expect(await teach).toMatchObject({ problem: { code: 'cancelled' } });
  late.resolve();
  await new Promise((resolve) => setTimeout(resolve, 700));
  way.mend();
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(await store.concepts.list('a')).toEqual([]);
});

test('a teach goes on while its bot is away, and its result is there when it is back', async () => {
  const { bot, worker } = await installation();
  const engine = await worker();
  const done = Promise.withResolvers<void>();
  const { onTeach } = engine;
  engine.onTeach = async (task, options) => {
    await done.promise;
    return onTeach(task, options);
  };
  const controller = new AbortController();
  const options = { job: 'job1', signal: controller.signal };
  const before = bot().studio.teach('a', await request({ by }), options);
  await expect.poll(() => engine.teaches).toHaveLength(1);
  controller.abort(stopping);
  expect((await before).ok).toBe(false);
  done.resolve();
  const { studio } = bot();
  await expect.poll(() => studio.concepts('a')).toHaveLength(1);
  const after = unwrap(await studio.teach('a', await request({ by, pictures: [] }), { job: 'job1' }));
  expect(after.concept.token).toBe('<new1>');
  expect(await studio.concepts('a')).toHaveLength(1);
  expect((await studio.used('a')).lessons).toBe(1);
  expect(engine.teaches).toHaveLength(1);
});

test('a teach that is cancelled stops on its worker', async () => {
  const { bot, worker } = await installation();
  const engine = await worker();
  engine.onTeach = untilStopped;
  const controller = new AbortController();
  const { studio } = bot();
  const teach = studio.teach('a', await request({ by }), { job: 'job1', signal: controller.signal });
  await expect.poll(async () => (await studio.activity('a'))[0]?.ahead).toBe(0);
  controller.abort();
  expect(await teach).toMatchObject({ problem: { code: 'cancelled' } });
  expect(await studio.concepts('a')).toEqual([]);
});

test('when workers with another base model have taken over, a bot goes by that, and what was taught before is for the other', async () => {
  const { bot, worker } = await installation();
  const { studio, engine, modelNow } = bot();
  const leave = new AbortController();
  await worker({}, leave.signal);
  const { concept } = unwrap(await studio.teach('a', await request({ by })));
  expect(concept.model).toBe('model-1');

  const second = await worker({ model: { id: 'model-2', name: 'two' } });
  const drawing = { steps: 4, guidanceScale: 2 };
  second.model = success({ id: 'model-2', pixels: { width: 32, height: 32 }, parameters: 5, drawing });
  engine.model = second.model;
  leave.abort();
  await expect.poll(modelNow, patience).toBe('model-2');
  expect(await studio.imagine('a', { by, prompt: 'a <new1> dog' })).toMatchObject({
    problem: { code: 'invalid-model' },
  });
  expect(unwrap(await studio.imagine('a', { by, prompt: 'a dog' }))).toMatchObject({ steps: 4 });
  const other = unwrap(await studio.teach('a', await request({ by })));
  expect(other.concept).toMatchObject({ token: '<new2>', model: 'model-2' });
  expect(second.teaches[0]).toMatchObject({ concepts: [], pictures: [{ width: 32 }, { width: 32 }] });
});

test('how long it takes until a lesson is done is told by how many workers there are', async () => {
  const { bot, worker } = await installation();
  const paces = [['teach model-1 cns', [{ size: 1, seconds: 6000 }]]];
  const { studio } = bot({ measured: { read: async () => paces, async write() {} } });
  const lessons = new AbortController();
  const leave = new AbortController();
  for (const leaving of [undefined, leave.signal]) (await worker({}, leaving)).onTeach = untilStopped;
  const ask = async (server: string) =>
    studio.teach(server, await request({ by }), { signal: lessons.signal });
  const all = ['a', 'b', 'c', 'd'].map(ask);
  const running = async () =>
    await Promise.all(['a', 'b', 'c', 'd'].map(async (one) => (await studio.activity(one))[0]?.ahead));
  await expect.poll(running, patience).toEqual([0, 0, 0, 0]);
  all.push(ask('e'));
  const hours = async () => Math.round(((await studio.activity('e'))[0]?.seconds ?? 0) / 600) * 600;
  await expect.poll(hours, patience).toBe(6000 + 6000);
  leave.abort();
  await expect.poll(hours, patience).toBe(2 * 6000 + 6000);
  lessons.abort();
  await Promise.all(all);
});

test('what another bot was asked for on a server is told of by every bot, with its place and its time, until it has ended', async () => {
  const { bot, worker, store } = await installation();
  for (const job of ['job2', 'job3']) await store.ledger.write('a', job, { order: { at: 1 } });
  const paces = [['teach model-1 cns', [{ size: 1, seconds: 6000 }]]];
  const measured = { read: async () => paces, async write() {} };
  const [first, second] = [bot({ measured }), bot({ measured })];
  (await worker()).onTeach = untilStopped;
  const stop = new AbortController();
  const ask = async (job: string, classWord: string) =>
    first.studio.teach('a', await request({ by, classWord }), { job, signal: stop.signal });
  const all = [ask('job1', 'dog')];
  const told = async () => await second.studio.activity('a');
  const lesson = { kind: 'teach', user: 'user 1' };
  const running = { ...lesson, what: 'dog', job: 'job1', ahead: 0 };
  await expect.poll(told, patience).toEqual([running]);
  all.push(ask('job2', 'hat'));
  const waiting = { ...lesson, what: 'hat', job: 'job2', ahead: 1, seconds: 6000 };
  await expect.poll(told, patience).toEqual([running, waiting]);
  expect((await first.studio.activity('a')).map(({ job, ahead }) => [job, ahead])).toEqual([
    ['job1', 0],
    ['job2', 1],
  ]);
  expect(await second.studio.activity('b')).toEqual([]);
  stop.abort();
  await Promise.all(all);
  await expect.poll(told, patience).toEqual([]);
});
