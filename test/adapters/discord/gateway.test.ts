import { expect, onTestFinished, test } from 'vitest';
import { createDiscordAdapter } from '../../../adapters/discord/adapter.ts';
import { createBot } from '../../../commands/bot/bot.ts';
import { startFakeDiscord } from '../../fakes/discord/index.ts';
import type { WireFrame } from '../../fakes/discord/wire.ts';
import { createFakeJobs } from '../../fakes/records.ts';
import { createFakeStudio } from '../../fakes/studio.ts';
import { type House, labels, openHouse } from './house.ts';

const identify = 2;
const resume = 6;
const atOnce = { version: 10, buildIdentifyThrottler: async () => ({ waitForIdentify: async () => {} }) };

const framesOf = ({ discord }: House, op: number): readonly WireFrame[] =>
  discord.wire.frames.filter((frame) => frame.from === 'bot' && frame.op === op);

/** Breaks the connection during a job in one way or another, and sees what becomes of it and of what comes meanwhile. */
async function through(house: House, breakIt: () => void): Promise<void> {
  const { ada, channel, discord } = house;
  const release = house.hold();
  const sent = ada.slash(channel, 'imagine', { prompt: 'a dog' });
  await house.working(sent);
  breakIt();
  release();
  expect(labels(await house.answered(sent))).toContain('Again');
  await discord.wire.until(
    () => discord.wire.frames.filter(({ t }) => t === 'RESUMED' || t === 'READY').length > 1,
  );
  expect((await house.answered(ada.slash(channel, 'help'))).state.content).toContain('/imagine');
  expect(house.studio.asked).toHaveLength(1);
}

test('the bot asks for what happens to guilds and for nothing else', async () => {
  const [frame] = framesOf(await openHouse(), identify);
  expect(frame?.d).toMatchObject({ intents: 1 });
});

test('a connection torn during a job is resumed, and what people did meanwhile is answered', async () => {
  const house = await openHouse();
  const { ada, channel, discord } = house;
  const release = house.hold();
  const sent = ada.slash(channel, 'imagine', { prompt: 'a dog' });
  await house.working(sent);
  discord.gateway.cut();
  const meanwhile = ada.slash(channel, 'help');
  release();
  expect(labels(await house.answered(sent))).toContain('Again');
  expect((await house.answered(meanwhile)).state.content).toContain('/imagine');
  expect(framesOf(house, identify)).toHaveLength(1);
  expect(framesOf(house, resume)).toHaveLength(1);
});

test('a job goes on when Discord asks the bot to connect again', async () => {
  const house = await openHouse();
  await through(house, () => house.discord.gateway.askToReconnect());
  expect(framesOf(house, resume)).toHaveLength(1);
});

test('a job goes on when Discord ends the session, and a new one begins', async () => {
  const house = await openHouse({ ws: atOnce });
  await through(house, () => house.discord.gateway.invalidate(false));
  expect(framesOf(house, identify)).toHaveLength(2);
});

test('a session that Discord has forgotten is begun anew', async () => {
  const house = await openHouse({ ws: atOnce });
  await through(house, () => {
    house.discord.gateway.forgetSessions();
    house.discord.gateway.cut();
  });
  expect(framesOf(house, resume)).toHaveLength(1);
  expect(framesOf(house, identify)).toHaveLength(2);
});

test('a guild that the bot joins later is a server like the others', async () => {
  const house = await openHouse();
  const garden = house.discord.guild('garden');
  const sent = house.ada.slash(garden.channels[0]!.id, 'imagine', { prompt: 'a dog' });
  await house.answered(sent);
  expect(house.studio.asked.map(({ server }) => server)).toEqual([`discord:${garden.id}`]);
});

test('a wrong token, and a Discord that cannot be reached, are said at the start', async () => {
  const discord = await startFakeDiscord();
  onTestFinished(() => discord.stop());
  const log = { info: () => {}, error: () => {} };
  const bot = createBot({ commands: [], studio: createFakeStudio(), jobs: createFakeJobs(), log });
  const start = (token: string, api: string) =>
    createDiscordAdapter({ bot, log, token, api, files: [], folder: import.meta.dirname }).start();
  await expect(start('wrong', discord.api)).rejects.toThrow(/^Discord does not know DISCORD_TOKEN/);
  await expect(start(discord.token, 'http://127.0.0.1:1/api')).rejects.toThrow(
    /^Discord cannot be reached at 127\.0\.0\.1:1/,
  );
});
