import { expect, it, onTestFinished } from 'vitest';
import { failure, unwrap } from '../../../src/result.ts';
import { request, type Scene, scene } from '../scene.ts';

const by = { user: 'user 1', administrator: false };
const refused = { problem: { code: 'not-allowed', message: expect.stringMatching(/being taught/) } };

/** A bot, another that shares its store, where `job1` has been accepted, and a file with a cat under <new1>. */
async function twoBots() {
  const here = await scene();
  const { store } = here;
  await here.taught('old', 'cat');
  const archive = unwrap(await here.studio.exportServer('old')).bytes;
  await store.ledger.write('a', 'job1', { order: { at: 1 } });
  const shared = {
    store: store.concepts,
    servers: store.servers,
    records: store.records,
    ledger: store.ledger,
  };
  const [one, two] = [await scene(shared), await scene(shared)];
  return { one, two, store, archive };
}

/** A lesson under way until `end` is called. */
async function lessonOn({ studio, engine }: Scene) {
  const [begun, ends] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  onTestFinished(() => ends.resolve());
  const { onTeach } = engine;
  engine.onTeach = async (...asked) => {
    begun.resolve();
    await ends.promise;
    return onTeach(...asked);
  };
  const lesson = studio.teach('a', await request({ by }), { job: 'job1' });
  await begun.promise;
  return {
    async end() {
      ends.resolve();
      return unwrap(await lesson).concept;
    },
  };
}

const known = async ({ studio }: Scene) => (await studio.concepts('a')).map(({ classWord }) => classWord);

it('an import takes no number of a lesson that another bot is at', async () => {
  const { one, two, archive } = await twoBots();
  const { end } = await lessonOn(one);
  expect(await two.studio.importServer('a', archive)).toMatchObject(refused);
  expect(await end()).toMatchObject({ token: '<new1>', classWord: 'dog' });
  expect(await known(two)).toEqual(['dog']);
});

it('nor of one that another bot began while the file was looked at', async () => {
  const { one, two, archive } = await twoBots();
  const { check } = two.engine;
  let lesson: Awaited<ReturnType<typeof lessonOn>> | undefined;
  two.engine.check = async (...asked) => {
    lesson = await lessonOn(one);
    return check(...asked);
  };
  expect(await two.studio.importServer('a', archive)).toMatchObject(refused);
  expect(await lesson?.end()).toMatchObject({ token: '<new1>', classWord: 'dog' });
  expect(await known(two)).toEqual(['dog']);
});

it('nor of one that another bot began at the last moment', async () => {
  const { one, store, archive } = await twoBots();
  const { concepts, servers, records, ledger } = store;
  let lesson: Awaited<ReturnType<typeof lessonOn>> | undefined;
  const late = {
    ...concepts,
    async restore(...given: Parameters<typeof concepts.restore>) {
      lesson = await lessonOn(one);
      return concepts.restore(...given);
    },
  };
  const two = await scene({ store: late, servers, records, ledger });
  expect(await two.studio.importServer('a', archive)).toMatchObject({ problem: { code: 'outrun' } });
  expect(await lesson?.end()).toMatchObject({ token: '<new1>', classWord: 'dog' });
  expect(await known(two)).toEqual(['dog']);
});

it('nor of one that was given up and may be done yet, until it is dropped', async () => {
  const { one, two, store, archive } = await twoBots();
  one.engine.onTeach = async () => failure('storage-full', 'The disk is full.');
  await one.studio.teach('a', await request({ by }), { job: 'job1' });
  expect(await store.ledger.read('a', 'job1', 'notes')).toMatchObject({ number: 1 });
  await store.ledger.write('a', 'job1', { dead: { at: 1, reason: 'It broke.' } });
  expect(await two.studio.importServer('a', archive)).toMatchObject({
    problem: { code: 'not-allowed', message: expect.stringMatching(/^<new1> is kept for a lesson/) },
  });
  await store.ledger.remove('a', 'job1');
  unwrap(await two.studio.importServer('a', archive));
  expect(await known(two)).toEqual(['cat']);
});

it('a lesson that begins after an import has a number of its own', async () => {
  const { one, two, archive } = await twoBots();
  unwrap(await two.studio.importServer('a', archive));
  const { end } = await lessonOn(one);
  expect((await end()).token).toBe('<new2>');
  expect(await known(two)).toEqual(['cat', 'dog']);
});
