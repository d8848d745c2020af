import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { hashOf } from '../../model-store/blobs.ts';
import type { ConceptStore } from '../../model-store/store.ts';
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
  await worker({ url: urlOf(way) }, undefined, slow);
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
