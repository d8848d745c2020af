import { readFile, writeFile } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { hashOf } from '../../model-store/blobs.ts';
import { type ConceptStore, ledgerParts } from '../../model-store/store.ts';
import type { Captioner } from '../../src/personalize/captions/captioner.ts';
import { unwrap } from '../../src/result.ts';
import { hold } from '../fakes/engine.ts';
import { by, type Installation, shareInstallations, untilStopped, urlOf } from './installation.ts';
import { request } from './scene.ts';

const installation = shareInstallations();

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

test('a worker that is given its own job again, as it was cut off for so long, teaches once, and no checkpoint of it is lost', async () => {
  const { bot, worker, way } = await installation();
  const engine = await worker({ url: urlOf(way) });
  const late = Promise.withResolvers<void>();
  onTestFinished(() => late.resolve());
  const { onTeach } = engine;
  let found: string | undefined;
  engine.onTeach = async (task, options) => {
    await writeFile(task.checkpoint!.path, 'as far as step 100');
    await late.promise;
    found = await readFile(task.checkpoint!.path, 'utf8');
    return onTeach(task, options);
  };
  const teach = bot().studio.teach('a', await request({ by }), { job: 'job1' });
  await expect.poll(() => engine.teaches).toHaveLength(1);
  way.cut();
  await new Promise((resolve) => setTimeout(resolve, 2000));
  way.mend();
  await new Promise((resolve) => setTimeout(resolve, 3000));
  late.resolve();
  expect(unwrap(await teach).concept.token).toBe('<new1>');
  expect([engine.teaches.length, found]).toEqual([1, 'as far as step 100']);
});

/** A worker that was cut off from the others while it asked what the pictures show; `say` is what it hears of that. */
async function cutWhileCaptioning({ bot, worker, way }: Installation) {
  const [asked, said] = [Promise.withResolvers<void>(), Promise.withResolvers<string>()];
  const captioner: Captioner = {
    async caption({ pictures }) {
      asked.resolve();
      const caption = await said.promise;
      return { captions: pictures.map(() => [caption]) };
    },
  };
  await worker({ url: urlOf(way) }, undefined, { captioner });
  const controller = new AbortController();
  const options = { job: 'job1', signal: controller.signal };
  const teach = bot().studio.teach('a', await request({ by }), options);
  await asked.promise;
  way.cut();
  return { teach, cancel: () => controller.abort(), say: said.resolve };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 300));
const told = (caption: string): Captioner => ({
  caption: async ({ pictures }) => ({ captions: pictures.map(() => [caption]) }),
});

test('a worker that was cut off decides nothing for the one that took its place', async () => {
  const house = await installation();
  const { ledger } = house.store;
  const { teach, say } = await cutWhileCaptioning(house);
  const late = Promise.withResolvers<void>();
  onTestFinished(() => late.resolve());
  const second = await house.worker({}, undefined, { captioner: told('a <new1> dog on grass') });
  const { onTeach } = second;
  second.onTeach = async (task, options) => {
    await writeFile(task.checkpoint!.path, 'as far as step 100');
    await late.promise;
    return onTeach(task, options);
  };
  await expect.poll(() => second.teaches).toHaveLength(1);
  const notes = await ledger.read('a', 'job1', 'notes');
  expect(notes).toMatchObject({
    number: 1,
    captions: [['a <new1> dog on grass'], ['a <new1> dog on grass']],
  });
  say('something else');
  await settled();
  expect(await ledger.read('a', 'job1', 'notes')).toEqual(notes);
  late.resolve();
  expect(unwrap(await teach).concept.token).toBe('<new1>');
});

test('a worker that was cut off leaves nothing of a job that has ended meanwhile', async () => {
  const house = await installation();
  const { ledger } = house.store;
  const { teach, cancel, say } = await cutWhileCaptioning(house);
  const second = await house.worker();
  second.onTeach = untilStopped;
  await expect.poll(() => second.teaches).toHaveLength(1);
  cancel();
  await teach;
  await ledger.remove('a', 'job1');
  say('a <new1> dog on grass');
  await settled();
  expect(await Promise.all(ledgerParts.map((part) => ledger.read('a', 'job1', part)))).toEqual(
    ledgerParts.map(() => undefined),
  );
});

test('a worker that was cut off does not put an earlier checkpoint in the place of a later one', async () => {
  const { bot, worker, store, way } = await installation();
  const checkpointOf = async () =>
    Buffer.from(((await store.ledger.read('a', 'job1', 'checkpoint')) ?? []) as Uint8Array).toString();
  const [goesOn, ends] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  onTestFinished(() => ends.resolve());
  const first = await worker({ url: urlOf(way) }, undefined, { checkpointSeconds: 1 });
  first.onTeach = async (task) => {
    await goesOn.promise;
    await writeFile(task.checkpoint!.path, 'as far as step 100');
    return { ok: false, problem: { code: 'cancelled', message: 'stopped' } };
  };
  const teach = bot().studio.teach('a', await request({ by }), { job: 'job1' });
  await expect.poll(() => first.teaches).toHaveLength(1);
  way.cut();
  const second = await worker({}, undefined, { checkpointSeconds: 1 });
  const { onTeach } = second;
  second.onTeach = async (task, options) => {
    await writeFile(task.checkpoint!.path, 'as far as step 200');
    await ends.promise;
    return onTeach(task, options);
  };
  await expect.poll(checkpointOf, { timeout: 10_000 }).toBe('as far as step 200');
  goesOn.resolve();
  await settled();
  expect(await checkpointOf()).toBe('as far as step 200');
  ends.resolve();
  expect(unwrap(await teach).concept.token).toBe('<new1>');
});

test('a worker that was cut off does not store what was cancelled meanwhile, though it has never heard of that', async () => {
  const { bot, worker, store, way } = await installation();
  const first = await worker({ url: urlOf(way) });
  const { letGo } = hold(first, 'onTeach');
  const controller = new AbortController();
  const teach = bot().studio.teach('a', await request({ by }), { job: 'job1', signal: controller.signal });
  await expect.poll(() => first.teaches).toHaveLength(1);
  way.cut();
  const second = await worker();
  second.onTeach = untilStopped;
  await expect.poll(() => second.teaches).toHaveLength(1);
  controller.abort();
  expect(await teach).toMatchObject({ problem: { code: 'cancelled' } });
  letGo();
  await new Promise((resolve) => setTimeout(resolve, 700));
  way.mend();
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(await store.concepts.list('a')).toEqual([]);
});

/** A worker that is about to store what it taught, as it may, when its way to the others is cut, and the one that took its place. */
async function cutBeforeStoring({ bot, worker, store, way }: Installation) {
  const [asked, stored, late] = [1, 2, 3].map(() => Promise.withResolvers<void>());
  const { concepts } = store;
  const slow: ConceptStore = {
    ...concepts,
    async put(...given) {
      asked!.resolve();
      await late!.promise;
      return concepts.put(...given).finally(stored!.resolve);
    },
  };
  await worker({ url: urlOf(way) }, undefined, { store: slow });
  const controller = new AbortController();
  const { studio } = bot();
  const teach = studio.teach('a', await request({ by }), { job: 'job1', signal: controller.signal });
  await asked!.promise;
  way.cut();
  const second = await worker();
  const firstStores = () => {
    late!.resolve();
    return stored!.promise;
  };
  return { second, teach, cancel: () => controller.abort(), firstStores };
}

test('a worker that was cut off right before it stored a concept stores it for the one that took its place', async () => {
  const house = await installation();
  const { second, teach, firstStores } = await cutBeforeStoring(house);
  const { onTeach } = second;
  second.onTeach = async (task, options) => {
    await firstStores();
    return onTeach(task, options);
  };
  const { concept, sheet } = unwrap(await teach);
  expect(await house.store.concepts.list('a')).toEqual([concept]);
  expect(hashOf(sheet)).toBe(concept.sample);
});

test('a worker that was cut off right before it stored a concept stores none that was cancelled meanwhile', async () => {
  const house = await installation();
  const { second, teach, cancel, firstStores } = await cutBeforeStoring(house);
  second.onTeach = untilStopped;
  await expect.poll(() => second.teaches).toHaveLength(1);
  cancel();
  expect(await teach).toMatchObject({ problem: { code: 'cancelled' } });
  await house.store.ledger.remove('a', 'job1');
  await firstStores();
  expect(await house.store.concepts.list('a')).toEqual([]);
});
