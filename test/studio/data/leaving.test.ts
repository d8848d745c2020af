import { expect, it, onTestFinished, vi } from 'vitest';
import { unwrap } from '../../../src/result.ts';
import { createStudio } from '../../../src/studio/create.ts';
import { keptIn, stored } from '../../model-store/sample.ts';
import { type Scene, scene } from '../scene.ts';

const day = 24 * 3600 * 1000;

/** A bot that starts, looks once for what is due, and stops. */
async function startAndStop({ store, engine }: Scene, graceSeconds?: number): Promise<void> {
  const grace = graceSeconds === undefined ? {} : { graceSeconds };
  const onError = (error: unknown) => expect.fail(String(error));
  await createStudio({
    store: store.concepts,
    servers: store.servers,
    records: store.records,
    engine,
    model: 'folder',
    onError,
    ...grace,
  }).close();
}

it('nothing at all is left of a server whose time is over, and everything of the others', async () => {
  const home = await scene();
  const { studio, store, folder, taught } = home;
  await taught('b', 'cat');
  await store.jobs.put('b', { user: 'ben', prompt: 'a cat' });
  await studio.close();
  const entries = new Map([['settings', { language: 'en' }]]);
  const others = async () =>
    (await store.servers.requests('b', 'ben')).length + (await studio.concepts('b')).length;
  unwrap(await store.concepts.restore('a', { concepts: [], entries }));
  await stored(store, 'a', 'dog');
  await store.jobs.put('a', { user: 'ada', prompt: 'a dog' });
  await store.messages.append('a', { text: 'hello' });
  await studio.scheduleDeletion('a', 0);
  await startAndStop(home);
  expect(await others()).toBe(2);
  const [cat] = await studio.concepts('b');
  await store.close();
  const { keys, files } = await keptIn(folder);
  expect(keys.filter((key) => key.includes('server/a'))).toEqual([]);
  expect(keys.filter((key) => !key.includes('server/b/'))).toEqual([]);
  expect(files).toEqual([cat!.blob.slice(2), cat!.sample!.slice(2)].sort());
});

it('a server is kept for 30 days after it has left, by a bot that runs all the while', async () => {
  const { store, engine, taught } = await scene();
  await taught('a', 'dog');
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const studio = createStudio({
    store: store.concepts,
    servers: store.servers,
    records: store.records,
    engine,
    model: 'folder',
  });
  await studio.serverLeft('a');
  vi.advanceTimersByTime(30 * day - 1000);
  await startAndStop({ store, engine } as Scene);
  expect(await store.concepts.list('a')).toHaveLength(1);
  vi.advanceTimersByTime(3600 * 1000);
  await studio.close();
  expect(await store.concepts.list('a')).toEqual([]);
});

it('the time of grace is a setting', async () => {
  const home = await scene({ graceSeconds: 0 });
  await home.taught('a', 'dog');
  await home.studio.serverLeft('a');
  await startAndStop(home);
  expect(await home.studio.concepts('a')).toEqual([]);
});

it.each([
  ['joins again', ({ studio }: Scene) => studio.serverJoined('a')],
  ['is to be kept', ({ studio }: Scene) => studio.keepServer('a')],
  ['is taught', ({ taught }: Scene) => taught('a', 'hat')],
  ['is drawn on', ({ studio }: Scene) => studio.imagine('a', { prompt: 'a dog' })],
])('a server that %s before its time is over keeps everything', async (_, come) => {
  const home = await scene();
  const dog = await home.taught('a', 'dog');
  await home.studio.scheduleDeletion('a', 0);
  await come(home);
  await startAndStop(home);
  expect((await home.studio.concepts('a'))[0]).toEqual(dog);
});

it('a server that leaves once more is due at the earlier time', async () => {
  const home = await scene();
  await home.taught('a', 'dog');
  await home.studio.scheduleDeletion('a', 0);
  await home.studio.serverLeft('a');
  await startAndStop(home);
  expect(await home.studio.concepts('a')).toEqual([]);
});

it('one server that cannot be erased does not keep another, and is tried again', async () => {
  const home = await scene();
  await home.taught('a', 'dog');
  await home.taught('b', 'cat');
  for (const server of ['a', 'b']) await home.studio.scheduleDeletion(server, 0);
  const { concepts } = home.store;
  const failing = {
    ...concepts,
    erase: (server: string) =>
      server === 'a' ? Promise.reject(new Error('the disk')) : concepts.erase(server),
  };
  const heard: unknown[] = [];
  await createStudio({
    store: failing,
    servers: home.store.servers,
    records: home.store.records,
    engine: home.engine,
    model: 'folder',
    onError: (error) => heard.push(error),
  }).close();
  expect(heard).toEqual([new Error('the disk')]);
  expect([(await concepts.list('a')).length, (await concepts.list('b')).length]).toEqual([1, 0]);
  await startAndStop(home);
  expect(await concepts.list('a')).toEqual([]);
});
