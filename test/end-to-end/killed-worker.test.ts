import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { ChannelEvent } from '../../adapters/web/wire.ts';
import { openStore } from '../../model-store/open.ts';
import { unwrap } from '../../src/result.ts';
import { decodeSafetensors } from '../../src/safetensors.ts';
import type { LocalServer } from '../fakes/servers/process.ts';
import { startRedis } from '../fakes/servers/redis.ts';
import { openChat } from './chat.ts';
import { keptFiles, openHouse, serverNamed } from './house.ts';
import { emptyFolder, enginesOf, runProgram } from './program.ts';

let redis: LocalServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

const patience = { timeout: 300_000 };
const lesson = { TEACH_STEPS: '20', CHECKPOINT_SECONDS: '0' };

/** The only checkpoint that is shared there: how many steps it has behind it. */
async function sharedStep(places: Parameters<typeof openStore>[0]): Promise<number | undefined> {
  const store = unwrap(await openStore(places));
  const [shared] = await store.ledger.list('checkpoint');
  await store.close();
  return shared?.value instanceof Uint8Array
    ? Number(decodeSafetensors(shared.value.subarray(32)).metadata.step)
    : undefined;
}

test('a worker that is killed in a lesson has another go on from the step that it shared, and what is learnt is the same bit for bit', async () => {
  const folder = await emptyFolder();
  const shared = {
    ...lesson,
    REDIS_URL: redis.url,
    STORE_URL: `${redis.url}/1`,
    BLOBS_URL: join(folder, 'shared'),
  };
  const own = (name: string) => ({ ...shared, DATA_DIR: join(folder, name) });
  const workers = ['worker 1', 'worker 2'].map((name) => runProgram('worker.ts', [], own(name)));
  const chat = await openChat(join(folder, 'bot'), own('bot'));
  await Promise.all(workers.map((worker) => worker.says(/does the jobs of all bots/)));

  const learnt: number[] = [];
  const paused = Promise.withResolvers<void>();
  let busy: (typeof workers)[number] | undefined;
  await chat.visitor.listen(`${chat.channel}/events`, async (_, data) => {
    const event = JSON.parse(data) as ChannelEvent;
    if (event.type !== 'progress' || event.progress.phase !== 'Learning') return;
    learnt.push(event.progress.step!);
    if (busy) return;
    const said = await Promise.all(workers.map((worker) => worker.says(/./)));
    busy = workers[said.findIndex((lines) => lines.includes('"kind":"teach"'))]!;
    for (const engine of enginesOf(busy)) process.kill(engine, 'SIGSTOP');
    paused.resolve();
  });
  await chat.send('/teach dog', 'dog');
  await paused.promise;
  const places = {
    folder: join(folder, 'looking'),
    storeUrl: shared.STORE_URL,
    blobs: { folder: shared.BLOBS_URL },
  };
  await expect.poll(() => sharedStep(places), patience).toBeGreaterThan(0);
  const engines = enginesOf(busy!);
  expect(engines).toHaveLength(1);
  busy!.kill('SIGKILL');
  for (const engine of engines) process.kill(engine, 'SIGKILL');
  await busy!.ended;
  const reached = (await sharedStep(places))!;
  expect(reached, 'it was in the middle').toBeLessThan(Number(lesson.TEACH_STEPS));
  const before = learnt.length;

  await expect.poll(chat.answers, patience).toMatchObject([{ pictures: [expect.anything()] }]);
  expect(learnt[before], 'no step that was shared is done again').toBe(reached + 1);
  await expect.poll(() => readdir(join(shared.BLOBS_URL, 'job-files')), patience).toEqual([]);

  const house = await openHouse(lesson);
  onTestFinished(() => house.leave());
  await house.teach(serverNamed('kitchen'), 'dog');
  const kept = (await readdir(shared.BLOBS_URL, { recursive: true })).filter((name) =>
    /^[0-9a-f]{2}\/[0-9a-f]{62}$/.test(name),
  );
  expect(kept).toHaveLength(2);
  expect(kept.sort()).toEqual(await keptFiles(house.folder));
});
