import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createSlackAdapter, type SlackOptions } from '../../../adapters/slack/adapter.ts';
import { manifestOf } from '../../../adapters/slack/manifest/manifest.ts';
import { createBot } from '../../../commands/bot/bot.ts';
import { loadCommands } from '../../../commands/index.ts';
import { createLog } from '../../../src/log.ts';
import { createFakeJobs, createFakePlatformRecords } from '../../fakes/records.ts';
import { startFakeSlack } from '../../fakes/slack/index.ts';
import { createFakeStudio } from '../../fakes/studio.ts';
import { openHouse } from './house.ts';
import { quickTimes } from './platform.ts';

async function login(change: (options: { token: string; appToken: string; api: string }) => object) {
  const slack = await startFakeSlack();
  onTestFinished(() => slack.stop());
  const log = { info: () => {}, error: () => {} };
  const bot = createBot({
    commands: await loadCommands(),
    studio: createFakeStudio(),
    jobs: createFakeJobs(),
    log,
  });
  slack.use(manifestOf(bot.commands));
  const { token } = slack.team('kitchen');
  const { appToken } = slack.world;
  const given = { token, appToken, api: slack.api, ...change({ token, appToken, api: slack.api }) };
  const options: SlackOptions = {
    bot,
    log,
    records: createFakePlatformRecords(),
    api: given.api,
    files: [slack.address],
    way: { kind: 'socket', botToken: given.token, appToken: given.appToken },
    times: quickTimes,
  };
  return createSlackAdapter(options).start();
}

test.each([
  ['a wrong bot token', () => ({ token: 'xoxb-wrong' }), 'Slack does not know SLACK_BOT_TOKEN'],
  ['a wrong app token', () => ({ appToken: 'xapp-wrong' }), 'Slack does not know SLACK_APP_TOKEN'],
  [
    'an address where nobody is',
    () => ({ api: 'http://127.0.0.1:1/api/' }),
    'Slack cannot be reached at 127.0.0.1:1',
  ],
])('%s is told of at the start', async (_, change, sentence) => {
  await expect(login(change)).rejects.toThrow(sentence);
});

test.each([
  [
    'a port that something else has',
    '127.0.0.1',
    /^Port \d+ of 127\.0\.0\.1 is in use already\..*SLACK_PORT/,
  ],
  ['an address of another machine', '192.0.2.1', /^192\.0\.2\.1 is no address of this machine\..*SLACK_HOST/],
])('%s to listen on is told of at the start, with the setting to change', async (_, host, sentence) => {
  const taken = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void taken.close());
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const slack = await startFakeSlack();
  onTestFinished(() => slack.stop());
  const team = slack.team('kitchen');
  const listen = { host, port, signingSecret: slack.world.signingSecret };
  const way = { kind: 'http' as const, botToken: team.token, listen };
  const starting = openHouse({ at: { slack, team }, way });
  await expect(starting).rejects.toMatchObject({
    problem: { code: 'invalid-option', message: expect.stringMatching(sentence) },
  });
});

test('whatever Slack refuses, neither tokens nor words get into the log', async () => {
  let written = '';
  const log = createLog(
    { logLevel: 'trace', logText: false, secrets: [] },
    {
      write(line) {
        written += line;
      },
    },
  );
  const { ada, channel, slack, team } = await openHouse({ log });
  slack.faults.next('chat.update', { error: 'invalid_blocks' }, 100);
  slack.faults.next('chat.postMessage', { error: 'a-secret-wish' }, 100);
  slack.faults.next('respond', { status: 400 }, 100);
  slack.faults.next('chat.postEphemeral', { error: 'a-secret-wish' }, 100);
  ada.slash(channel.id, '/imagine', 'a-secret-wish');
  await expect.poll(() => written).toContain('its failure could not be told');
  for (const secret of [team.token, slack.world.signingSecret, 'a-secret-wish', '/respond/']) {
    expect(written).not.toContain(secret);
  }
});

test('a stop tells those whose work it ends, and who comes meanwhile is asked to come again', async () => {
  const house = await openHouse();
  const { ada, ben, channel, slack } = house;
  const release = house.hold();
  ada.slash(channel.id, '/imagine', 'a dog');
  await slack.wire.until(() => house.studio.asked.length > 0);
  house.bot.stop();
  const stopped = house.adapter.stop();
  ben.slash(channel.id, '/keepsake-help');
  expect((await house.texts(ben, 1)).at(-1)).toMatch(/^I am being restarted/);
  release();
  await stopped;
  expect(slack.world.messages[0]?.state.text).toBe('Stopped; nothing was drawn.');
});
