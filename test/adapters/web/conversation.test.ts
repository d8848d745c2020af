import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openChannels } from '../../../adapters/web/channels.ts';
import { createConversation } from '../../../adapters/web/conversation.ts';
import { openFileShelf } from '../../../adapters/web/files.ts';
import { createBot } from '../../../commands/bot/bot.ts';
import { loadCommands } from '../../../commands/index.ts';
import { raise } from '../../../src/result.ts';
import { ada, home } from '../../fakes/conversation.ts';
import { createFakeJobs, createFakeMessageLog } from '../../fakes/records.ts';
import { createFakeStudio, drawing, png } from '../../fakes/studio.ts';

async function emptyShelf(options?: Parameters<typeof openFileShelf>[1]) {
  const folder = await mkdtemp(join(tmpdir(), 'keepsake-conversation-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return openFileShelf(folder, options);
}

test('an answer that cannot be kept leaves its place to the sentence that says so', async () => {
  const channels = await openChannels(createFakeMessageLog());
  const onUnkept = () => {};
  const { id: channel } = channels.list()[0]!;
  const files = {
    put: async () => raise('storage-full', 'The disk is full.'),
    read: async () => undefined,
    release: () => {},
    remove: async () => {},
    keepOnly: async () => {},
  };
  const conversation = createConversation({
    channels,
    files,
    channel,
    user: 'ada',
    asked: 'question',
    onUnkept,
  });
  await conversation.defer('everyone');
  const pictures = [{ name: 'a.png', png: await png(drawing(1, '')), alt: 'a dog' }];
  await expect(conversation.reply({ text: ['a dog'], pictures })).rejects.toThrow('The disk is full.');
  await conversation.reply({ text: ['The disk is full.'] });
  const { messages } = channels.state(channel, 'ada');
  expect(messages).toMatchObject([{ text: ['The disk is full.'], answers: 'question' }]);
  expect(messages[0]?.state).toBeUndefined();
});

test('how far an answer for one person is, is told to that person alone, whenever the others come', async () => {
  const channels = await openChannels(createFakeMessageLog());
  const { id: channel } = channels.list()[0]!;
  const files = await emptyShelf();
  const heard: string[] = [];
  const hear = (user: string) =>
    channels.watch(channel, user, 0, ({ event }) => heard.push(`${user} ${event.type}`));
  const view = {
    title: ['a secret'],
    phase: 'drawing',
    inWords: 'drawing',
    cancel: { id: 'cancel/1', label: 'Cancel', style: 'plain' },
  } as const;
  hear('ada');
  hear('mallory');
  for (const visibility of ['requester', 'everyone'] as const) {
    const conversation = createConversation({
      channels,
      files,
      channel,
      user: 'ada',
      onUnkept: () => {},
      pace: 0,
    });
    await conversation.defer(visibility);
    await conversation.progress(view);
    await expect.poll(() => heard).toContain('ada progress');
    const later = [hear('ada, later'), hear('mallory, later')];
    expect(
      heard.filter((line) => line.endsWith('progress')),
      visibility,
    ).toEqual(
      visibility === 'requester'
        ? ['ada progress']
        : ['ada progress', 'mallory progress', 'ada, later progress', 'mallory, later progress'],
    );
    for (const leave of later) leave();
    await conversation.reply({ text: ['done'] });
    heard.length = 0;
  }
});

test('an answer that is taken up after a restart is one that is no longer awaited', async () => {
  const log = createFakeMessageLog();
  const before = await openChannels(log);
  const { id: channel } = before.list()[0]!;
  const files = await emptyShelf();
  const to = { files, channel, user: 'ada', asked: 'question', onUnkept: () => {} };
  await createConversation({ ...to, channels: before }).defer('everyone');
  const [promise] = before.state(channel, 'ada').messages;
  expect(promise, 'it says what it will answer').toMatchObject({ state: 'working', answers: 'question' });

  const channels = await openChannels(log, () => {}, new Set([promise!.id]));
  const waiting = channels.message(channel, promise!.id)!;
  await createConversation({ ...to, channels, waiting }).reply({ text: ['a dog'] });
  const answer = { ...promise, text: ['a dog'], state: undefined };
  expect(channels.state(channel, 'ada').messages).toEqual([answer]);
  expect((await openChannels(log)).state(channel, 'ada').messages).toEqual([answer]);
});

test('an answer of several files that cannot be kept fails once, and ends nothing else', async () => {
  const channels = await openChannels(createFakeMessageLog());
  const { id: channel } = channels.list()[0]!;
  const write = async () => {
    throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
  };
  const files = await emptyShelf({ write });
  const conversation = createConversation({ channels, files, channel, user: 'ada', onUnkept: () => {} });
  const [first, ...others] = await Promise.all([1, 2, 3].map((seed) => png(drawing(seed, ''))));
  const reply = conversation.reply({
    text: ['two dogs'],
    pictures: [{ name: 'a.png', png: first!, alt: 'two dogs' }],
    files: others.map((bytes) => ({ name: 'b.png', type: 'image/png', bytes })),
  });
  await expect(reply).rejects.toThrow('The disk is full');
  await new Promise((resolve) => setImmediate(resolve));
  expect(channels.state(channel, 'ada').messages).toEqual([]);
});

test('an answer that is shown but cannot be kept is the only one', async () => {
  const log = createFakeMessageLog();
  const channels = await openChannels({
    ...log,
    append: async (channel, entry) =>
      JSON.stringify(entry).includes('"put"')
        ? raise('storage-full', 'The disk is full.')
        : log.append(channel, entry),
  });
  const { id: channel } = channels.list()[0]!;
  const shelf = await emptyShelf();
  const unkept: unknown[] = [];
  const onUnkept = (error: unknown) => void unkept.push(error);
  const bot = createBot({
    commands: await loadCommands(),
    studio: createFakeStudio(),
    jobs: createFakeJobs(),
    log: { info: () => {}, error: () => {} },
  });
  const conversation = createConversation({ channels, files: shelf, channel, user: 'ada', onUnkept });
  await bot.run({ server: home, user: ada, command: 'help', options: {} }, conversation);
  expect(channels.state(channel, 'ada').messages).toHaveLength(1);
  expect(unkept).toMatchObject([{ problem: { code: 'storage-full' } }]);
});
