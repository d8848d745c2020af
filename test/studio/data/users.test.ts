import { join } from 'node:path';
import { expect, it } from 'vitest';
import { filesUnder } from '../../../src/files.ts';
import { unwrap } from '../../../src/result.ts';
import { keptIn } from '../../model-store/sample.ts';
import { request, type Scene, scene } from '../scene.ts';

async function lived({ studio, store }: Scene) {
  for (const server of ['a', 'b']) {
    for (const user of ['ada', 'ben']) {
      unwrap(await studio.teach(server, await request({ user, classWord: `${user} dog` })));
      await store.jobs.put(server, { user, prompt: `a dog for ${user}` });
    }
  }
}

it('what is kept of a user is what they taught and asked for on that server, and nothing of anybody else', async () => {
  const home = await scene();
  await lived(home);
  const { concepts, requests } = await home.studio.userData('a', 'ada');
  expect(concepts.map(({ token, classWord, taughtBy }) => [token, classWord, taughtBy])).toEqual([
    ['<new1>', 'ada dog', 'ada'],
  ]);
  expect(requests).toEqual([{ user: 'ada', prompt: 'a dog for ada' }]);
  for (const nobody of ['', 'ad', 'Ada', 'user 1', '__proto__'])
    expect(await home.studio.userData('a', nobody)).toEqual({ concepts: [], requests: [], jobs: [] });
});

it('when it is deleted nothing of them is left on that server, and all of it on the others', async () => {
  const home = await scene();
  await lived(home);
  const before = await home.studio.userData('a', 'ada');
  const others = async () =>
    Promise.all(
      [['a', 'ben'] as const, ['b', 'ada'] as const, ['b', 'ben'] as const].map(([server, user]) =>
        home.studio.userData(server, user),
      ),
    );
  const kept = await others();
  expect(unwrap(await home.studio.deleteUserData('a', 'ada'))).toEqual(before);
  expect(await home.studio.userData('a', 'ada')).toEqual({ concepts: [], requests: [], jobs: [] });
  expect(await others()).toEqual(kept);
  await home.studio.close();
  await home.store.close();
  const { keys } = await keptIn(home.folder);
  const left = keys.filter((key) => /server\/a\/(concept|job)\/\d/.test(key));
  expect(left.map((key) => key.replace(/^.*server\//, ''))).toEqual(['a/concept/2', 'a/job/2']);
});

it('deleting twice, or where there is nothing, deletes nothing more', async () => {
  const { studio } = await scene();
  const nothing = { ok: true, value: { concepts: [], requests: [], jobs: [] } };
  expect(await studio.deleteUserData('a', 'ada')).toEqual(nothing);
  unwrap(await studio.teach('a', await request({ user: 'ada' })));
  unwrap(await studio.deleteUserData('a', 'ada'));
  expect(await studio.deleteUserData('a', 'ada')).toEqual(nothing);
});

it('jobs that wait and those that were given up are a user’s too, and go with the pictures in them', async () => {
  const home = await scene();
  const { ledger } = home.store;
  const keep = (server: string, job: string, user: string, at: number, more = {}) =>
    ledger.write(server, job, { order: { at, asked: { user: { id: user } } }, ...more });
  await keep('a', 'waits', 'ada', 2, { work: { pictures: ['secret'] } });
  await keep('a', 'dead', 'ada', 1, { dead: { at: 5, reason: 'The engine stopped.' } });
  await keep('a', 'other', 'ben', 3);
  await keep('b', 'elsewhere', 'ada', 4);
  const { studio } = await scene({ ledger, servers: home.store.servers, store: home.store.concepts });
  const asked = { user: { id: 'ada' } };
  const jobs = [
    { id: 'dead', at: 1, asked, givenUp: 'The engine stopped.' },
    { id: 'waits', at: 2, asked },
  ];
  expect((await studio.userData('a', 'ada')).jobs).toEqual(jobs);
  expect(unwrap(await studio.deleteUserData('a', 'ada')).jobs).toEqual(jobs);
  await home.store.close();
  const { keys } = await keptIn(home.folder);
  expect(keys.filter((key) => key.startsWith('ledger/'))).toEqual([
    'ledger/a/other/order',
    'ledger/b/elsewhere/order',
  ]);
});

it('an import of theirs that is stopped while it is being stored leaves nothing behind', async () => {
  const other = await scene();
  unwrap(await other.studio.teach('old', await request({ user: 'ada' })));
  const { bytes: archive } = unwrap(await other.studio.exportServer('old'));
  for (const file of [new TextEncoder().encode('weights'), archive]) {
    for (const deletes of [false, true]) {
      const { store, folder } = await scene();
      const { concepts, servers, records, ledger } = store;
      await ledger.write('a', 'job1', { order: { at: 1, asked: { user: { id: 'ada' } } } });
      const controller = new AbortController();
      const late =
        <Given extends unknown[], T>(write: (...given: Given) => Promise<T>) =>
        async (...given: Given) => {
          controller.abort();
          await ledger.write('a', 'job1', { cancelled: 2 });
          if (deletes) unwrap(await studio.deleteUserData('a', 'ada'));
          return write(...given);
        };
      const slow = { ...concepts, put: late(concepts.put), restore: late(concepts.restore) };
      const { studio } = await scene({ store: slow, servers, records, ledger });
      const options = { job: 'job1', signal: controller.signal };
      expect(await studio.importFiles('a', { user: 'ada', files: [file] }, options)).toMatchObject({
        problem: { code: 'cancelled' },
      });
      expect(await studio.userData('a', 'ada')).toMatchObject({ concepts: [] });
      expect(await filesUnder(join(folder, 'blobs'))).toEqual([]);
    }
  }
});
