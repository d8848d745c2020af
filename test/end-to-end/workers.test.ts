import { appendFile, cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChannelEvent } from '../../adapters/web/wire.ts';
import { openStore } from '../../model-store/open.ts';
import { unwrap } from '../../src/result.ts';
import type { LocalServer } from '../fakes/servers/process.ts';
import { startRedis } from '../fakes/servers/redis.ts';
import { openChat } from './chat.ts';
import { tinyModel } from './house.ts';
import { emptyFolder, runProgram } from './program.ts';

let redis: LocalServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

const patience = { timeout: 300_000 };

test('a bot without an engine has workers teach and draw: a worker that is stopped in a lesson has another go on from the same step', async () => {
  const folder = await emptyFolder();
  const shared = {
    REDIS_URL: redis.url,
    STORE_URL: `${redis.url}/1`,
    BLOBS_URL: join(folder, 'files'),
    TEACH_STEPS: '20',
    DRAIN_SECONDS: '0',
  };
  const own = (name: string) => ({ ...shared, DATA_DIR: join(folder, name), METRICS_PORT: '0' });
  const workers = ['worker 1', 'worker 2'].map((name) => runProgram('worker.ts', [], own(name)));
  const chat = await openChat(join(folder, 'bot'), own('bot'));
  const learnt: number[] = [];
  await chat.visitor.listen(`${chat.channel}/events`, (_, data) => {
    const event = JSON.parse(data) as ChannelEvent;
    if (event.type === 'progress' && event.progress.phase === 'Learning') learnt.push(event.progress.step!);
  });
  await Promise.all(workers.map((worker) => worker.says(/does the jobs of all bots/)));
  await chat.send('/teach dog', 'dog');
  await expect.poll(() => learnt.length, patience).toBeGreaterThan(0);
  const said = await Promise.all(workers.map((worker) => worker.says(/./)));
  const [busy, other] = said[0]!.includes('"kind":"teach"') ? workers : workers.toReversed();
  busy!.kill('SIGTERM');
  expect((await busy!.ended).status).toBe(0);
  await expect.poll(chat.answers, patience).toMatchObject([{ pictures: [expect.anything()] }]);

  expect(learnt, 'no step is done twice').toEqual([...new Set(learnt)].sort((a, b) => a - b));

  await chat.send('/imagine a <new1> dog steps:2 count:2');
  await expect.poll(async () => (await chat.answers())[1]?.pictures?.length, patience).toBeGreaterThan(0);
  expect(await readdir(join(shared.BLOBS_URL, 'parcels')), 'pictures went beside Redis').not.toEqual([]);
  const places = { folder: join(folder, 'looking'), storeUrl: shared.STORE_URL };
  const store = unwrap(await openStore({ ...places, blobs: { folder: shared.BLOBS_URL } }));
  await expect.poll(() => store.ledger.list('order'), patience).toEqual([]);
  await store.close();

  const [, monitor = ''] = /(http:\S+)\/metrics/.exec(await other!.says(/\/metrics/)) ?? [];
  const metrics = await (await fetch(`${monitor}/metrics`)).text();
  expect(metrics).toContain('\nkeepsake_pictures_total{role="worker"} 2\n');
  expect(metrics).toContain('\nkeepsake_jobs_ended_total{kind="teach",outcome="done",role="worker"} 1\n');
  const told = (await other!.says(/a job/)).split('\n').filter((line) => line.startsWith('{'));
  const jobs = told.map((line) => (JSON.parse(line) as { job?: string }).job);
  expect(new Set(jobs.filter((job) => job !== undefined)).size, 'each job is told of by its id').toBe(2);
});

test('a worker with another base model than jobs are done with says so, and does none of them', async () => {
  const folder = await emptyFolder();
  const shared = {
    REDIS_URL: `${redis.url}/2`,
    STORE_URL: `${redis.url}/3`,
    BLOBS_URL: join(folder, 'files'),
  };
  const other = join(folder, 'another');
  await cp(tinyModel, other, { recursive: true });
  await appendFile(join(other, 'tokenizer/vocab.json'), '\n');
  const run = (name: string, model: string) =>
    runProgram('worker.ts', [], {
      ...shared,
      DATA_DIR: join(folder, name),
      MODEL_DIR: model,
      METRICS_PORT: '0',
    });
  await run('worker 1', tinyModel).says(/does the jobs of all bots/);
  const second = run('worker 2', other);
  const sentence =
    /done with the model tiny-sd \(\w{12}\), and this worker has another \(\w{12}\): it does none/;
  const [, monitor = ''] = /(http:\S+)\/metrics/.exec(await second.says(sentence)) ?? [];
  const ready = await fetch(`${monitor}/readyz`);
  expect([ready.status, await ready.text()]).toEqual([503, expect.stringMatching(sentence)]);
});

test.each([
  ['the bot', 'start.ts', { REDIS_URL: 'redis://127.0.0.1:1' }, /STORE_URL and BLOBS_URL/],
  ['a worker', 'worker.ts', {}, /REDIS_URL/],
])('%s says which setting is missing to share what is kept', async (_, name, variables, sentence) => {
  const { ended } = runProgram(name, [], { DATA_DIR: await emptyFolder(), ...variables });
  const { status, printed } = await ended;
  expect([status, printed]).toEqual([1, expect.stringMatching(sentence)]);
});
