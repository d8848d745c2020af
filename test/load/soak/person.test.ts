import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createWebAdapter } from '../../../adapters/web/server.ts';
import { createBot } from '../../../commands/bot/bot.ts';
import { loadCommands } from '../../../commands/index.ts';
import { createFakeJobs, createFakeMessageLog } from '../../fakes/records.ts';
import { createFakeStudio } from '../../fakes/studio.ts';
import { createPerson } from './person.ts';

const log = { info: () => {}, error: () => {} };

async function openChat(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'keepsake-person-'));
  const services = { studio: createFakeStudio(), jobs: createFakeJobs(), log };
  const bot = createBot({ ...services, commands: await loadCommands() });
  const adapter = await createWebAdapter({ bot, messages: createFakeMessageLog(), log, folder, port: 0 });
  onTestFinished(async () => {
    await adapter.stop();
    await rm(folder, { recursive: true });
  });
  return /http:\S+/.exec(await adapter.start())![0];
}

test('what is shown to be under way counts as accepted, by a command and by a button, and a question does not', async () => {
  const person = await createPerson(await openChat(), 'soak-0');
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
  await person.look();
  expect(person.seen()[0], 'what was done and then forgotten was done').toEqual({
    what: '/teach dog',
    accepted: true,
    endings: [done],
  });
});
