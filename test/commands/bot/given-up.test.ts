import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createBot } from '../../../commands/bot/bot.ts';
import { jobLines, retryJob } from '../../../commands/bot/dead-jobs.ts';
import { text } from '../../../commands/bot/rich-text.ts';
import { type Command, type CommandContext, defineCommand } from '../../../commands/command.ts';
import { openSqlite } from '../../../model-store/drivers/sqlite.ts';
import type { ModelStore } from '../../../model-store/open.ts';
import { type ProblemCode, raise } from '../../../src/result.ts';
import { ada, attachment, home, recordConversation } from '../../fakes/conversation.ts';
import { createFakeStudio } from '../../fakes/studio.ts';
import { scratchFolder, storeIn } from '../../model-store/sample.ts';

type Act = (context: CommandContext<Record<never, never>>) => Promise<void>;

const workCommand = (act: Act): Command =>
  defineCommand({
    name: 'work',
    description: 'Works',
    access: 'everyone',
    options: {
      pictures: { type: 'attachment', each: 'image', minimum: 0, maximum: 2, description: 'Files' },
    },
    positional: [],
    example: '/work',
    async run(context) {
      await context.defer();
      await act(context);
    },
  });

/** Runs the command over what is kept, and gives what was said and logged. */
async function work(store: ModelStore, act: Act, pictures: readonly Uint8Array[] = []) {
  const logged: object[] = [];
  const log = { info() {}, error: (details: object) => void logged.push(details) };
  const { jobs, ledger } = store;
  const bot = createBot({ commands: [workCommand(act)], studio: createFakeStudio(), jobs, ledger, log });
  const conversation = { ...recordConversation(), address: () => ({ room: 5 }) };
  const options = { pictures: pictures.map((bytes) => attachment(bytes)) };
  await bot.run({ server: home, user: ada, command: 'work', options }, conversation);
  return { words: conversation.words(), logged, bot };
}

test.each<[ProblemCode, boolean]>([
  ['timed-out', true],
  ['storage-full', true],
  ['engine-down', true],
  ['cancelled', false],
  ['not-allowed', false],
  ['invalid-picture', false],
])('a job that ends as %s is kept for whoever runs the bot: %s', async (code, kept) => {
  const store = await storeIn(await scratchFolder());
  const { words, logged } = await work(store, async () => raise(code, 'It was the “secret” dog.'));
  expect(words).toBe('It was the “secret” dog.');
  const lines = await jobLines(store.ledger);
  expect(lines.map(({ dead }) => dead)).toEqual(kept ? ['It was the “secret” dog.'] : []);
  expect(logged).toEqual(kept ? [{ job: lines[0]!.id, server: home.id, code }] : []);
});

test('one whose pictures were not kept has nothing to go on with, and is not', async () => {
  const store = await storeIn(await scratchFolder());
  const fail = async () => raise('engine-down', 'No engine.');
  await work(store, fail, [Uint8Array.of(1)]);
  expect(await jobLines(store.ledger)).toEqual([]);
  const withWork: Act = async ({ server, job }) => {
    await store.ledger.write(server.id, job, { work: { pictures: 1 } });
    return raise('engine-down', 'No engine.');
  };
  await work(store, withWork, [Uint8Array.of(1)]);
  expect(await jobLines(store.ledger)).toMatchObject([{ dead: 'No engine.' }]);
});

/** A store on a disk with room for so many bytes, and ways to fill and to free it. */
async function smallDisk(pages: number) {
  const folder = await scratchFolder();
  const storage = openSqlite(join(folder, 'keepsake.sqlite'), { maxPages: pages });
  const store = await storeIn(folder, { storage });
  const { records } = store;
  let filled = 0;
  return {
    store,
    async fill() {
      for (const size of [40_000, 4000, 400, 40]) {
        for (;;) {
          const name = `filling-${filled++}`;
          const written = records.write('fake:other', [name], 'x'.repeat(size));
          if (
            !(await written.then(
              () => true,
              () => false,
            ))
          )
            break;
        }
      }
    },
    async free() {
      for (let one = 0; one < filled; one++) await records.remove('fake:other', `filling-${one}`);
    },
  };
}

test('on a full disk no job is accepted, which is said, and once there is room the next one is', async () => {
  const { store, fill, free } = await smallDisk(60);
  await fill();
  let begun = 0;
  const act: Act = async ({ reply }) => {
    begun++;
    await reply({ text: text`done` });
  };
  expect((await work(store, act)).words).toMatch(/^The disk is full: free some space/);
  expect([begun, await store.ledger.list('order')]).toEqual([0, []]);
  await free();
  expect((await work(store, act)).words).toBe('done');
  expect(begun).toBe(1);
});

test('an answer for which the disk has no room is shown all the same', async () => {
  const { store, fill } = await smallDisk(60);
  const { words, logged } = await work(store, async ({ reply }) => {
    await fill();
    await reply({ text: text`${'done '.repeat(100)}` });
  });
  expect(words).toMatch(/^done done/);
  expect(logged[0]).toMatchObject({ error: { problem: { code: 'storage-full' } } });
});

test('a job that could not be stored for want of room is taken up again once it is asked to, by the start after', async () => {
  const { store, fill, free } = await smallDisk(60);
  await work(store, async () => {
    await fill();
    return raise('storage-full', 'The disk is full.');
  });
  await free();
  const [line] = await jobLines(store.ledger);
  if (line?.dead !== undefined) await retryJob(store.ledger, line.id);
  const { bot } = await work(store, async () => {});
  expect(await bot.waiting('fake')).toEqual([{ room: 5 }]);
});
