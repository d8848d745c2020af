import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openChannels } from '../../../adapters/web/channels.ts';
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

test('a bot that fails is logged, and ends nothing else', async () => {
  const errors: string[] = [];
  const log = { info: () => {}, error: (_: object, message: string) => void errors.push(message) };
  const channels = await openChannels(createFakeMessageLog());
  const files = await openFileShelf(folder);
  const sound = createBot({
    commands: await loadCommands(),
    studio: createFakeStudio(),
    jobs: createFakeJobs(),
    log,
  });
  const bot = { ...sound, run: () => Promise.reject(new Error('no space left')) };
  const desk = createDesk({ bot, log, channels, files });
  const server = { id: `web:${channels.list()[0]!.id}`, name: 'sketchbook' };
  const unclear = { server, user: ada, line: '/settings words:gore, blood', files: [] };
  await expect(desk.say(unclear)).rejects.toThrow('“blood” belongs to no option');
  await desk.say({ server, user: ada, line: '/help', files: [] });
  await expect.poll(() => errors).toEqual(['a job of the local chat failed']);
});
