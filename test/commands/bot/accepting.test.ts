import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { createBot } from '../../../commands/bot/bot.ts';
import { defineCommand } from '../../../commands/command.ts';
import privacy from '../../../commands/privacy.ts';
import teach from '../../../commands/teach.ts';
import type { Ledger } from '../../../model-store/store.ts';
import { raise } from '../../../src/result.ts';
import { createStudio } from '../../../src/studio/create.ts';
import { boss, home, press, recordConversation } from '../../fakes/conversation.ts';
import { createFakeEngine } from '../../fakes/engine.ts';
import { createFakeStudio, type FakeStudio } from '../../fakes/studio.ts';
import { scratchFolder, storeIn } from '../../model-store/sample.ts';
import { jpeg } from '../../studio/scene.ts';

const log = { info() {}, error() {} };

/** Bots as new processes would make them, whose engine never ends a lesson, and what the conversation is shown and what is kept, in order. */
async function scene() {
  const store = await storeIn(await scratchFolder());
  const { concepts, servers, records, jobs } = store;
  const order: string[] = [];
  const ledger: Ledger = {
    ...store.ledger,
    async write(server, job, parts) {
      await store.ledger.write(server, job, parts);
      if ('work' in parts) order.push('kept');
    },
  };
  const newBot = () => {
    const engine = createFakeEngine();
    engine.onTeach = () => new Promise(() => {});
    const studio = createStudio({ store: concepts, servers, records, ledger, engine, model: 'folder' });
    const bot = createBot({ commands: [teach], studio, jobs, ledger, log });
    onTestFinished(() => bot.stop());
    return bot;
  };
  const conversation = {
    ...recordConversation(),
    address: () => ({ room: 5 }),
    progress: ({ phase }: { readonly phase: string }) => void order.push(phase),
  };
  const ask = (bytes: () => Promise<Uint8Array>) => {
    const options = { class: 'dog', pictures: [{ name: 'dog.jpg', bytes }] };
    void newBot().run({ server: home, user: boss, command: 'teach', options }, conversation);
  };
  return { ledger, order, newBot, ask };
}

test('a lesson says that it waits for its turn once what it needs is kept, and not before', async () => {
  const { order, ask } = await scene();
  ask(() => jpeg(64, 64));
  await expect.poll(() => order).toEqual(['Fetching what was sent', 'kept', 'Waiting for its turn']);
});

test('a lesson whose bot is killed while its pictures are fetched asks for them again, and was not begun', async () => {
  const { ledger, order, newBot, ask } = await scene();
  ask(() => new Promise(() => {}));
  await expect.poll(() => order).toEqual(['Fetching what was sent']);
  expect((await ledger.list('order'))[0]?.value).toMatchObject({ starts: 0 });
  const shown = recordConversation();
  await newBot().takeUp('fake', async () => shown);
  await expect.poll(() => shown.words()).toMatch(/^I was stopped .* Send the command again/);
});

test('who deletes what is theirs while it is being done is told there that it was stopped, and nothing of it is kept', async () => {
  const { jobs, ledger } = await storeIn(await scratchFolder());
  const studio = createFakeStudio();
  const begun = Promise.withResolvers<void>();
  const drawing = defineCommand({
    name: 'draw',
    description: 'Draws until it is stopped',
    access: 'everyone',
    options: {},
    positional: [],
    example: '/draw',
    async run(context) {
      await context.defer();
      begun.resolve();
      await once(context.signal, 'abort');
      while ((await ledger.list('order')).length > 0) await pause(5);
      raise('cancelled', 'Stopped; nothing was changed.');
    },
  });
  const deleting: FakeStudio = {
    ...studio,
    async deleteUserData(server, user) {
      for (const { job } of await ledger.list('order')) await ledger.remove(server, job);
      return studio.deleteUserData(server, user);
    },
  };
  const bot = createBot({ commands: [drawing, privacy], studio: deleting, jobs, ledger, log });
  onTestFinished(() => bot.stop());
  const shown = recordConversation();
  const conversation = { ...shown, address: () => ({ room: 5 }) };
  const drawn = bot.run({ server: home, user: boss, command: 'draw', options: {} }, conversation);
  await begun.promise;
  await expect.poll(() => ledger.list('order')).toHaveLength(1);
  await press(bot, 'privacy/confirm/requester/boss/', { user: boss });
  await drawn;
  expect(shown.words()).toMatch(/^Stopped/);
  expect(await ledger.list('order')).toEqual([]);
});

test('jobs are accepted, answered and stopped while the answer of another is still being kept', async () => {
  const { ledger: kept, jobs } = await storeIn(await scratchFolder());
  const late = Promise.withResolvers<void>();
  onTestFinished(() => late.resolve());
  const ledger: Ledger = {
    ...kept,
    async write(server, job, parts, holder) {
      if (JSON.stringify(parts.reply ?? '').includes('the large one')) await late.promise;
      await kept.write(server, job, parts, holder);
    },
  };
  const ids = new Map<string, string>();
  const say = defineCommand({
    name: 'say',
    description: 'Says it',
    access: 'everyone',
    options: { words: { type: 'string', description: 'Words', required: true, maxLength: 50 } },
    positional: ['words'],
    example: '/say yes',
    async run({ defer, reply, cancel, job, signal, options: { words = '' } }) {
      await defer();
      ids.set(words, job);
      if (words === 'wait') await once(signal, 'abort');
      const done = words === 'stop' ? await cancel(ids.get('wait')!) : true;
      await reply({ text: [`${words}: ${done}`] });
    },
  });
  const bot = createBot({ commands: [say], studio: createFakeStudio(), jobs, ledger, log });
  const ask = async (words: string) => {
    const conversation = { ...recordConversation(), address: () => ({ room: 5 }) };
    await bot.run({ server: home, user: boss, command: 'say', options: { words } }, conversation);
    return conversation.words();
  };
  const [large, waits] = [ask('the large one'), ask('wait')];
  expect([await ask('yes'), await ask('stop'), await waits]).toEqual([
    'yes: true',
    'stop: true',
    'wait: true',
  ]);
  expect((await kept.list('order')).map(({ job }) => job)).toEqual([ids.get('the large one')]);
  late.resolve();
  expect(await large).toBe('the large one: true');
  expect(await kept.list('order')).toEqual([]);
});
