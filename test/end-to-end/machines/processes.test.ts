import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { manifestOf } from '../../../adapters/slack/manifest/manifest.ts';
import { loadCommands } from '../../../commands/index.ts';
import { openStore } from '../../../model-store/open.ts';
import { silenceMilliseconds } from '../../../src/jobs/bullmq/crew.ts';
import { unwrap } from '../../../src/result.ts';
import { addressIn, memberOf } from '../../adapters/slack/platform.ts';
import { cuttable } from '../../fakes/cuttable.ts';
import { startRedis } from '../../fakes/servers/redis.ts';
import { appSettings } from '../../fakes/slack/app-settings.ts';
import { startFakeSlack } from '../../fakes/slack/index.ts';
import { isWaiting, isWorking, shownOf } from '../../fakes/slack/shown.ts';
import type { FakeTeam } from '../../fakes/slack/world.ts';
import { taughtPictures } from '../../load/taught-pictures.ts';
import { emptyFolder, enginesOf, type Program, runProgram } from '../program.ts';

const patience = { timeout: 300_000 };
const labels = ['first', 'second', 'third'];

/** Ends a process and its engines at once. */
function killWhole(program: Program): void {
  for (const pid of [program.pid!, ...enginesOf(program)]) process.kill(pid, 'SIGKILL');
}

/** Slack with two workspaces that both have installed the app, and processes of ours that share a Redis, each with a folder of its own. */
async function openPlace() {
  const folder = await emptyFolder();
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const slack = await startFakeSlack();
  onTestFinished(() => slack.stop());
  slack.use(manifestOf(await loadCommands(), { kind: 'http', address: 'https://bot.example' }));
  const places = { storeUrl: `${redis.url}/1`, blobs: { folder: join(folder, 'shared') } };
  let count = 0;
  const run = (name: string, redisUrl: string) =>
    runProgram(name, [], {
      REDIS_URL: redisUrl,
      STORE_URL: places.storeUrl,
      BLOBS_URL: places.blobs.folder,
      DATA_DIR: join(folder, `${++count}`),
      TEACH_STEPS: '15',
      CHECKPOINT_SECONDS: '1',
      ...appSettings(slack),
    });
  return {
    redis,
    slack,
    look: async () => unwrap(await openStore({ folder: join(folder, 'looking'), ...places })),
    bot: () => run('start.ts', redis.url),
    worker: () => run('worker.ts', redis.url),
    /** A worker whose way to Redis can be cut. */
    async farWorker() {
      const { port, cut, mend, close } = await cuttable(redis.port);
      onTestFinished(close);
      return { worker: run('worker.ts', `redis://127.0.0.1:${port}`), cut, mend };
    },
  };
}

test('three worker processes and two bot processes answer everything once and keep the order of each server, while a worker is killed in a lesson, another is cut off, Redis is killed and a bot is killed', async () => {
  const place = await openPlace();
  const { redis, slack } = place;
  const { world, wire } = slack;
  const far = await place.farWorker();
  const near = [place.worker(), place.worker()];
  const bots = [place.bot(), place.bot()];
  await Promise.all([far.worker, ...near].map((worker) => worker.says(/does the jobs of all bots/)));
  const addresses = await Promise.all(bots.map(async (bot) => addressIn(await bot.says(/slack\/events/))));
  const teams = ['kitchen', 'garden'].map((name) => slack.team(name, { installed: false }));
  for (const team of teams) {
    slack.person(team, 'the installer');
    slack.delivery.address = `${addresses[0]}/slack/events`;
    expect((await slack.install(addresses[0]!, team)).status).toBe(200);
  }

  const pictures = await taughtPictures();
  const ofBot = (team: FakeTeam) =>
    world.messages.filter(
      ({ team: id, user, files }) => id === team.id && user === team.botUser && files.length === 0,
    );
  const ada = (team: FakeTeam) => slack.person(team, 'Ada', memberOf.teacher);
  const channelOf = (team: FakeTeam) => [...team.channels.keys()][0]!;
  const inLine = (team: FakeTeam, count: number) =>
    wire.until(() => ofBot(team).filter((message) => !isWaiting(message)).length === count);
  for (const [number, label] of labels.entries()) {
    for (const [index, team] of teams.entries()) {
      slack.delivery.address = `${addresses[(number + index) % 2]}/slack/events`;
      const opened = ada(team).slash(channelOf(team), '/teach', 'dog');
      const view = await wire.until(opened.view);
      const files = pictures.map((bytes) => ada(team).upload(bytes));
      expect((await ada(team).submit(view, { values: { label }, files }).delivered).status).toBe(200);
      await inLine(team, number + 1);
    }
  }
  for (const team of teams) {
    ada(team).slash(channelOf(team), '/imagine', 'a dog steps:2');
    await inLine(team, labels.length + 1);
  }

  const shown = () => teams.flatMap((team) => ofBot(team).map(({ state }) => shownOf(state).text));
  await expect.poll(() => shown().some((text) => /Learning/.test(text)), patience).toBe(true);
  killWhole(await Promise.any(near.map((worker) => worker.says(/"kind":"teach"/).then(() => worker))));
  far.cut();
  await redis.kill();
  await redis.start();
  killWhole(bots[0]!);
  await pause(silenceMilliseconds + 5000);
  far.mend();

  const store = await place.look();
  onTestFinished(() => store.close());
  await expect.poll(() => store.ledger.list('order'), patience).toEqual([]);
  for (const team of teams) {
    const messages = ofBot(team);
    expect(messages.filter(({ state }) => isWorking(state))).toEqual([]);
    const texts = messages.map(({ state }) => shownOf(state).text);
    expect(texts.map((text) => /^I learnt (<new\d>)/.exec(text)?.[1] ?? text.split('\n')[0])).toEqual([
      '<new1>',
      '<new2>',
      '<new3>',
      'a dog',
    ]);
    const concepts = await store.concepts.list(`slack:${team.id}`);
    const inOrder = [...concepts].sort((one, other) => one.number - other.number);
    expect(inOrder.map(({ label }) => label)).toEqual(labels);
  }
});
