import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { createWebAdapter } from '../../../adapters/web/server.ts';
import { createBot } from '../../../commands/bot/bot.ts';
import { loadCommands } from '../../../commands/index.ts';
import type { MessageLog } from '../../../model-store/store.ts';
import type { Studio } from '../../../src/studio/studio.ts';
import { createFakeJobs, createFakeMessageLog } from '../../fakes/records.ts';
import { createFakeStudio } from '../../fakes/studio.ts';
import { createPerson } from './person.ts';

const log = { info: () => {}, error: () => {} };

async function openChat(parts: { studio?: Studio; messages?: MessageLog; port?: number } = {}) {
  const { studio = createFakeStudio(), messages = createFakeMessageLog(), port = 0 } = parts;
  const folder = await mkdtemp(join(tmpdir(), 'keepsake-person-'));
  const bot = createBot({ studio, jobs: createFakeJobs(), log, commands: await loadCommands() });
  const adapter = await createWebAdapter({ bot, messages, log, folder, port });
  onTestFinished(async () => {
    await adapter.stop();
    await rm(folder, { recursive: true });
  });
  return { address: /http:\S+/.exec(await adapter.start())![0], stop: () => adapter.stop() };
}

test('what is shown to be under way counts as accepted, by a command and by a button, and a question does not', async () => {
  const studio = createFakeStudio({ onStep: () => pause(100) });
  const person = await createPerson((await openChat({ studio })).address, 'soak-0', 0);
  await person.listen();
  const [done, told] = [{ kind: 'done' }, { kind: 'told', sentence: expect.stringContaining('/imagine') }];
  const answered = async (deed: Parameters<typeof person.act>[0], wanted: number) => {
    await person.act(deed);
    await expect
      .poll(async () => {
        await person.look();
        return person.seen().filter(({ endings }) => endings.length === 1).length;
      })
      .toBe(wanted);
  };
  await answered({ kind: 'teach' }, 1);
  await answered({ kind: 'ask', line: '/help' }, 2);
  await answered({ kind: 'imagine', which: 0, steps: 3, count: 1 }, 3);
  await answered({ kind: 'again', which: 0 }, 4);
  expect(person.seen()).toEqual([
    { what: '/teach dog', accepted: true, endings: [done] },
    { what: '/help', accepted: false, endings: [told] },
    { what: '/imagine a <new1> dog steps:3 count:1', accepted: true, endings: [done] },
    { what: 'a button', accepted: true, endings: [done] },
  ]);
  expect(person.awaited()).toBe(0);

  await person.act({ kind: 'forget', which: 0 });
  await expect.poll(() => person.look().then(() => person.seen().length)).toBeGreaterThan(4);
  expect(person.seen()[0], 'what was done and then forgotten was done').toEqual({
    what: '/teach dog',
    accepted: true,
    endings: [done],
  });
});

test('a lesson that is stopped while its pictures are fetched is sent back, and was not accepted', async () => {
  const messages = createFakeMessageLog();
  const fetched = Promise.withResolvers<never>();
  const chat = await openChat({ studio: { ...createFakeStudio(), teach: () => fetched.promise }, messages });
  const person = await createPerson(chat.address, 'soak-0');
  await person.listen();
  await person.act({ kind: 'teach' });
  await expect.poll(() => person.look().then(person.awaited)).toBe(1);
  await chat.stop();
  await openChat({ messages, port: Number(new URL(chat.address).port) });
  await expect.poll(() => person.look().then(person.awaited)).toBe(0);
  expect(person.seen()).toEqual([{ what: '/teach dog', accepted: false, endings: [{ kind: 'sent back' }] }]);
});

test('an answer that was announced by a bot that was killed before it kept that is not waited for', async () => {
  const messages = createFakeMessageLog();
  const forgetful: MessageLog = {
    ...messages,
    async append(channel, entry) {
      if (!JSON.stringify(entry).includes('"author":"bot"')) await messages.append(channel, entry);
    },
  };
  const held = Promise.withResolvers<void>();
  const studio = createFakeStudio({ onStep: () => held.promise });
  const chat = await openChat({ studio, messages: forgetful });
  const person = await createPerson(chat.address, 'soak-0');
  await person.act({ kind: 'imagine', which: 0, steps: 3, count: 1 });
  await expect.poll(() => person.look().then(person.awaited)).toBe(1);
  held.resolve();
  await chat.stop();
  await openChat({ messages, port: Number(new URL(chat.address).port) });
  await expect.poll(() => person.look().then(person.awaited)).toBe(0);
  expect(person.seen()).toEqual([
    { what: expect.stringContaining('/imagine'), accepted: false, endings: [] },
  ]);
});
