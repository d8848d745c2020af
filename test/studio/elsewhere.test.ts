import { expect, test } from 'vitest';
import { stopping } from '../../src/jobs/queue.ts';
import { success, unwrap } from '../../src/result.ts';
import { hold } from '../fakes/engine.ts';
import { by, shareInstallations, untilStopped } from './installation.ts';
import { request, scene } from './scene.ts';

const installation = shareInstallations();
const patience = { timeout: 30_000 };

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

test('a teach goes on while its bot is away, and its result is there when it is back', async () => {
  const { bot, worker } = await installation();
  const engine = await worker();
  const { letGo } = hold(engine, 'onTeach');
  const controller = new AbortController();
  const options = { job: 'job1', signal: controller.signal };
  const before = bot().studio.teach('a', await request({ by }), options);
  await expect.poll(() => engine.teaches).toHaveLength(1);
  controller.abort(stopping);
  expect((await before).ok).toBe(false);
  letGo();
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
