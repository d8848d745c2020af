import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openChannels } from '../../../adapters/web/channels.ts';
import { createConversation } from '../../../adapters/web/conversation.ts';
import { createDesk } from '../../../adapters/web/desk.ts';
import { openFileShelf } from '../../../adapters/web/files.ts';
import { createBot } from '../../../commands/bot/bot.ts';
import { loadCommands } from '../../../commands/index.ts';
import { ada } from '../../fakes/conversation.ts';
import { createFakeJobs, createFakeMessageLog } from '../../fakes/records.ts';
import { createFakeStudio } from '../../fakes/studio.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keepsake-desk-'));
});
afterEach(() => rm(folder, { recursive: true }));

const quiet = { info: () => {}, error: () => {} };
const someBot = async () =>
  createBot({
    commands: await loadCommands(),
    studio: createFakeStudio(),
    jobs: createFakeJobs(),
    log: quiet,
  });

test('a bot that fails is logged, and ends nothing else', async () => {
  const errors: string[] = [];
  const log = { info: () => {}, error: (_: object, message: string) => void errors.push(message) };
  const channels = await openChannels(createFakeMessageLog());
  const files = await openFileShelf(folder);
  const bot = { ...(await someBot()), run: () => Promise.reject(new Error('no space left')) };
  const desk = createDesk({ bot, log, channels, files });
  const server = { id: `web:${channels.list()[0]!.id}`, name: 'sketchbook' };
  const unclear = { server, user: ada, line: '/settings words:gore, blood', files: [], giveBack() {} };
  await expect(desk.say(unclear)).rejects.toThrow('“blood” belongs to no option');
  await desk.say({ server, user: ada, line: '/help', files: [], giveBack() {} });
  await expect.poll(() => errors).toEqual(['a job of the local chat failed']);
});

test('an answer is shown after a restart though so much was said meanwhile that its place is gone, and to the same people', async () => {
  const channels = await openChannels(createFakeMessageLog());
  const desk = createDesk({ bot: await someBot(), log: quiet, channels, files: await openFileShelf(folder) });
  const { id: channel } = channels.list()[0]!;
  const server = { id: `web:${channel}`, name: 'sketchbook' };
  const files = await openFileShelf(folder);
  const to = { channels, files, channel, user: ada.id, onUnkept: () => {} };
  const before = createConversation({ ...to, asked: 'question' });
  await before.defer('requester');
  const [place] = channels.state(channel, ada.id).messages;
  await channels.remove(channel, place!.id);

  const conversation = await desk.reopen(before.address?.(), { server, user: ada });
  await conversation?.reply({ text: ['a dog'] });
  expect(channels.state(channel, ada.id).messages).toMatchObject([
    { id: place!.id, author: 'bot', text: ['a dog'], personal: true, answers: 'question' },
  ]);
  expect(channels.state(channel, 'someone else').messages).toEqual([]);
  expect(await desk.reopen({ asked: 'question' }, { server, user: ada })).toBeUndefined();
  const nowhere = { server: { id: 'web:none', name: '' }, user: ada };
  expect(await desk.reopen(before.address?.(), nowhere)).toBeUndefined();
});
