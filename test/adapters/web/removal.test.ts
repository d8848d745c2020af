import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createWebAdapter } from '../../../adapters/web/server.ts';
import { createBot } from '../../../commands/bot/bot.ts';
import { loadCommands } from '../../../commands/index.ts';
import type { MessageLog } from '../../../model-store/store.ts';
import { createFakeJobs, createFakeMessageLog } from '../../fakes/records.ts';
import { createFakeStudio } from '../../fakes/studio.ts';
import { createVisitor } from './visitor.ts';

/** A chat with a second channel, an administrator of it, and what the studio is told of its servers. */
async function opened(drop?: MessageLog['drop']) {
  const folder = await mkdtemp(join(tmpdir(), 'keepsake-removal-'));
  const log = { info: () => {}, error: () => {} };
  const studio = createFakeStudio();
  const bot = createBot({ commands: await loadCommands(), studio, jobs: createFakeJobs(), log });
  const messages = { ...createFakeMessageLog(), ...(drop && { drop }) };
  const adapter = await createWebAdapter({ bot, log, messages, folder, port: 0 });
  const address = /http:\S+/.exec(await adapter.start())![0];
  onTestFinished(async () => {
    await adapter.stop();
    await rm(folder, { recursive: true });
  });
  const visitor = await createVisitor(address);
  const { id } = (await visitor.post('/api/channels', { name: 'garden' })) as { readonly id: string };
  const names = async () => (await createVisitor(address)).state.channels.map(({ name }) => name);
  return { visitor, id, names, moves: studio.moves };
}

test('what a channel was taught is due to be deleted by the time that the channel is gone, wherever a crash comes', async () => {
  const { promise: crashed, resolve: crash } = Promise.withResolvers<void>();
  const { visitor, id, moves } = await opened(() => {
    crash();
    return new Promise(() => {});
  });
  void visitor.remove(`/api/channels/${id}`).catch(() => {});
  await crashed;
  expect(moves).toEqual([`-web:${id}`]);
});

test('a channel that could not be taken from the list keeps what it was taught', async () => {
  const { visitor, id, moves, names } = await opened(() => Promise.reject(new Error('no space left')));
  await expect(visitor.remove(`/api/channels/${id}`)).rejects.toThrow('Something went wrong');
  expect(moves).toEqual([`-web:${id}`, `+web:${id}`]);
  expect(await names()).toEqual(['sketchbook', 'garden']);
});

test('the last channel keeps what it was taught', async () => {
  const { visitor, id, moves, names } = await opened();
  await visitor.remove(`/api/channels/${visitor.state.channels[0]!.id}`);
  await expect(visitor.remove(`/api/channels/${id}`)).rejects.toThrow('The last channel stays.');
  expect(moves.at(-1)).toBe(`+web:${id}`);
  expect(await names()).toEqual(['garden']);
});

test('a channel is gone though its messages could not be deleted with it, and so what it was taught is due', async () => {
  let drops = 0;
  const { visitor, id, moves, names } = await opened(async () => {
    drops++;
    if (drops > 1) throw new Error('no space left');
  });
  await expect(visitor.remove(`/api/channels/${id}`)).rejects.toThrow('Something went wrong');
  expect(moves).toEqual([`-web:${id}`]);
  expect(await names()).toEqual(['sketchbook']);
});
