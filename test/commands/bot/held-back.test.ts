import { once } from 'node:events';
import { expect, test } from 'vitest';
import { type Bot, type BotOptions, createBot } from '../../../commands/bot/bot.ts';
import { text } from '../../../commands/bot/rich-text.ts';
import cancel from '../../../commands/cancel.ts';
import { defineCommand } from '../../../commands/command.ts';
import { raise } from '../../../src/result.ts';
import { ada, home, type RecordedConversation, recordConversation } from '../../fakes/conversation.ts';
import { createFakeStudio } from '../../fakes/studio.ts';
import { scratchFolder, storeIn } from '../../model-store/sample.ts';

/** Bots as new processes would make them, over what is kept. What is begun after `finish` ends at once, all else when somebody stops it. */
async function scene() {
  const store = await storeIn(await scratchFolder());
  const ran: string[] = [];
  let finishes = false;
  const slow = defineCommand({
    name: 'slow',
    description: 'Takes long',
    access: 'everyone',
    options: { name: { type: 'string', required: true, maxLength: 20, description: 'A name' } },
    positional: ['name'],
    example: '/slow x',
    async run(context) {
      const { name } = context.options;
      await context.defer();
      ran.push(name);
      context.progress([name], { phase: 'waiting', step: 0, steps: 0, ahead: 1 });
      if (name === 'refused' && context.again) raise('not-allowed', 'Too many.');
      if (name === 'deaf' && !context.again) await new Promise(() => {});
      if (!finishes && !context.signal.aborted) await once(context.signal, 'abort');
      if (context.signal.aborted) raise('cancelled', 'Stopped.');
      await context.reply({ text: text`${`done: ${name}`}` });
    },
  });
  const told: string[] = [];
  const write = (_: unknown, message: string) => void told.push(message);
  const placed = () => ({ ...recordConversation(), address: () => ({ room: 5 }) });
  return {
    store,
    ran,
    told,
    finish() {
      finishes = true;
    },
    bot: (options: Partial<BotOptions> = {}) =>
      createBot({
        commands: [slow, cancel],
        studio: createFakeStudio(),
        jobs: store.jobs,
        ledger: store.ledger,
        log: { info: write, error: write },
        ...options,
      }),
    async ask(bot: Bot, name: string) {
      const conversation = placed();
      void bot.run({ server: home, user: ada, command: 'slow', options: { name } }, conversation);
      await expect.poll(() => ran.at(-1)).toBe(name);
      return conversation;
    },
    /** Where it is shown what is taken up, in that order. */
    takeUp(bot: Bot) {
      const shown: RecordedConversation[] = [];
      void bot.takeUp('fake', async () => {
        shown.push(placed());
        return shown.at(-1);
      });
      return shown;
    },
    stopOne: (bot: Bot) =>
      bot.run({ server: home, user: ada, command: 'cancel', options: {} }, recordConversation()),
  };
}

test('nothing is gone on with before the engine is up, and what is cancelled until then is not', async () => {
  const { bot, ask, takeUp, stopOne, ran, finish } = await scene();
  const before = bot();
  for (const name of ['first', 'second']) await ask(before, name);
  let able = false;
  const next = bot({ able: () => able });
  const shown = takeUp(next);
  await expect.poll(() => shown.length).toBe(1);
  await stopOne(next);
  await expect.poll(() => shown.map((one) => one.words())).toEqual(['Stopped; nothing was changed.', '']);
  expect(ran).toHaveLength(2);
  finish();
  able = true;
  await expect.poll(() => shown[1]?.words()).toBe('done: second');
});

test('what waits for the engine when a bot drains is done after the next start', async () => {
  const { bot, ask, takeUp, told, finish } = await scene();
  await ask(bot(), 'first');
  const next = bot({ able: () => false });
  const shown = takeUp(next);
  await expect.poll(() => told.at(-1)).toContain('taken up again');
  await next.drain();
  expect(shown[0]?.replies).toEqual([]);
  finish();
  const again = takeUp(bot());
  await expect.poll(() => again[0]?.words()).toBe('done: first');
});

test('what somebody has stopped is not gone on with where the bot is killed before it has ended', async () => {
  const { bot, ask, takeUp, stopOne, store, finish } = await scene();
  const first = bot();
  await ask(first, 'deaf');
  await stopOne(first);
  finish();
  const shown = takeUp(bot());
  await expect.poll(() => shown[0]?.words()).toBe('Stopped; nothing was changed.');
  await expect.poll(() => store.ledger.list('order')).toEqual([]);
  expect(await store.ledger.list('cancelled')).toEqual([]);
});

test('what was accepted and is refused after a restart stays for whoever runs the bot', async () => {
  const { bot, ask, takeUp, store } = await scene();
  await ask(bot(), 'refused');
  const shown = takeUp(bot());
  await expect.poll(() => shown[0]?.words()).toBe('Too many.');
  await expect.poll(() => store.ledger.list('dead')).toMatchObject([{ value: { reason: 'Too many.' } }]);
});
