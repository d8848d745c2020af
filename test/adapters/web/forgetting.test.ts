import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Adapter } from '../../../adapters/adapter.ts';
import { openFileShelf } from '../../../adapters/web/files.ts';
import { createWebAdapter } from '../../../adapters/web/server.ts';
import type { ChannelState, Message } from '../../../adapters/web/wire.ts';
import { createBot } from '../../../commands/bot/bot.ts';
import { plainText } from '../../../commands/bot/rich-text.ts';
import { loadCommands } from '../../../commands/index.ts';
import { createFakeJobs, createFakeMessageLog } from '../../fakes/records.ts';
import { createFakeStudio, drawing, png } from '../../fakes/studio.ts';
import { createVisitor, type Visitor } from './visitor.ts';

let folder: string;
let adapter: Adapter;
let ada: Visitor;
let channel: string;
let greeting: string;
const messages = createFakeMessageLog();
const studio = createFakeStudio();

async function start(): Promise<void> {
  const log = { info: () => {}, error: () => {} };
  const bot = createBot({ commands: await loadCommands(), studio, jobs: createFakeJobs(), log });
  adapter = await createWebAdapter({ bot, log, messages, folder, port: 0 });
  greeting = await adapter.start();
  ada = await createVisitor(/http:\S+/.exec(greeting)![0], 'c'.repeat(32));
  channel = `/api/channels/${ada.state.channels[0]!.id}`;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keepsake-forgetting-'));
  await start();
});
afterEach(async () => {
  await adapter.stop();
  await rm(folder, { recursive: true });
});

const history = async () => ((await ada.get(channel)) as ChannelState).messages;
const shelf = () => readdir(join(folder, 'files'));

/** Sends a line and resolves with the answer. */
async function ask(line: string, pictures: readonly Blob[] = []): Promise<Message> {
  const before = (await history()).length;
  const form = new FormData();
  form.set('line', line);
  for (const picture of pictures) form.append('pictures', picture, 'picture.png');
  await ada.post(`${channel}/messages`, form);
  const answer = async () => (await history())[before + 1];
  await expect.poll(async () => (await answer())?.text.length, { timeout: 10_000 }).toBeGreaterThan(0);
  return (await answer())!;
}

test('forgetting a concept takes its pictures and files away, and nothing else', async () => {
  const picture = new Blob([new Uint8Array(await png(drawing(1, '')))]);
  await ask('/teach dog', [picture]);
  await ask('/teach hat', [new Blob([new Uint8Array(await png(drawing(2, '')))])]);
  await ask('/concepts show <new1>');
  await ask('/concepts export <new1>');
  await ask('/imagine a dog');
  const urls = (await history()).map(({ pictures = [], files = [] }) => [...pictures, ...files]);
  expect(urls.map((shown) => shown.length)).toEqual([1, 1, 1, 1, 0, 1, 0, 1, 0, 1]);
  const question = await ask('/forget <new1>');
  await ada.post(`${channel}/press`, { message: question.id, button: question.buttons![0]!.id });
  await expect.poll(async () => (await shelf()).length, { timeout: 10_000 }).toBe(3);
  const kept = [2, 3, 9];
  for (const [index, [shown]] of urls.entries()) {
    if (!shown) continue;
    if (kept.includes(index)) expect((await ada.bytes(shown.url)).length).toBeGreaterThan(0);
    else await expect(ada.bytes(shown.url)).rejects.toThrow();
  }
});

test('who has theirs deleted is in no message any more, nor are their pictures on the disk, and others are as they were', async () => {
  const address = /http:\S+/.exec(greeting)![0];
  const ben = await createVisitor(address, 'd'.repeat(32));
  const asBen = new FormData();
  asBen.set('line', '/imagine a horse');
  await ask('/teach dog', [new Blob([new Uint8Array(await png(drawing(1, '')))])]);
  await ask('/imagine a <new1> secret');
  await ben.post(`${channel}/messages`, asBen);
  await expect.poll(async () => (await history()).at(-1)?.pictures?.length, { timeout: 10_000 }).toBe(1);
  const told = await ask('/privacy');
  const press = async (label: string) => {
    const message = (await history()).find(({ id }) => id === told.id)!;
    const button = message.buttons!.find((one) => one.label === label)!;
    await ada.post(`${channel}/press`, { message: told.id, button: button.id });
  };
  const shown = async () => (await history()).map(({ text }) => plainText(text));
  expect(plainText(told.text)).toContain('messages here with their pictures');
  await press('Delete mine');
  await expect.poll(async () => (await shown()).at(-1), { timeout: 10_000 }).toContain('Your messages here');
  await press('Delete it for good');
  await expect.poll(async () => (await history()).length, { timeout: 10_000 }).toBe(3);
  expect(await shown()).toEqual([
    '/imagine a horse',
    expect.stringContaining('horse'),
    expect.stringMatching(/^Deleted/),
  ]);
  await expect.poll(async () => (await shelf()).length, { timeout: 10_000 }).toBe(1);
  const log = JSON.stringify(await messages.list(`web:${channel.split('/').at(-1)}`));
  expect(log).toContain('horse');
  expect(log).not.toMatch(/secret|teach dog/);
});

test('a deleted picture is gone from the disk, and a restart removes what nothing shows', async () => {
  const drawn = await ask('/imagine a dog seed:5');
  expect(await shelf()).toHaveLength(1);
  const remove = drawn.buttons!.find(({ label }) => label === 'Delete')!;
  await ada.post(`${channel}/press`, { message: drawn.id, button: remove.id });
  await expect.poll(shelf, { timeout: 10_000 }).toEqual([]);
  await ask('/imagine a dog seed:6');
  await adapter.stop();

  await (await openFileShelf(join(folder, 'files'))).put(new Uint8Array(9), 'bin');
  await start();
  expect(await shelf()).toHaveLength(1);
});
