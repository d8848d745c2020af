import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createWebAdapter } from '../../../adapters/web/server.ts';
import { createBot } from '../../../commands/bot/bot.ts';
import { createFakeJobs, createFakeMessageLog } from '../../fakes/records.ts';
import { createFakeStudio } from '../../fakes/studio.ts';

/** A chat with room for two connections, and what opens one that asks for nothing. */
async function opened() {
  const folder = await mkdtemp(join(tmpdir(), 'keepsake-crowded-'));
  const log = { info: () => {}, error: () => {} };
  const bot = createBot({ commands: [], studio: createFakeStudio(), jobs: createFakeJobs(), log });
  const services = { bot, log, messages: createFakeMessageLog(), folder };
  const adapter = await createWebAdapter({ ...services, port: 0, mostConnections: 2 });
  const { port } = new URL(/http:\S+/.exec(await adapter.start())![0]);
  onTestFinished(async () => {
    await adapter.stop();
    await rm(folder, { recursive: true });
  });
  return () => connect(Number(port), '127.0.0.1').on('error', () => {});
}

/** Whether it is answered: otherwise it is closed. */
async function isServed(socket: Socket): Promise<boolean> {
  socket.write('GET / HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n');
  const [first] = await Promise.race([once(socket, 'data'), once(socket, 'close')]);
  return String(first).startsWith('HTTP/1.1');
}

test('of more connections than there is room for, the newest are closed, until another one is over', async () => {
  const open = await opened();
  const [first, second] = [open(), open()];
  expect([await isServed(first), await isServed(second)]).toEqual([true, true]);
  expect(await isServed(open())).toBe(false);
  expect(await isServed(first)).toBe(true);
  second.destroy();
  await expect.poll(() => isServed(open())).toBe(true);
});
