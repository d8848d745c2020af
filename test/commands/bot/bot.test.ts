import { beforeEach, describe, expect, test } from 'vitest';
import { type Bot, createBot, type OutgoingReply } from '../../../commands/bot/bot.ts';
import { plainText } from '../../../commands/bot/rich-text.ts';
import { defineCommand } from '../../../commands/command.ts';
import { loadCommands } from '../../../commands/index.ts';
import { ProblemError } from '../../../src/result.ts';
import {
  ada,
  ask,
  attachment,
  ben,
  boss,
  home,
  press,
  recordConversation,
} from '../../fakes/conversation.ts';
import { createFakeJobs } from '../../fakes/records.ts';
import { createFakeStudio, type FakeStudio } from '../../fakes/studio.ts';

const commands = await loadCommands();
const picture = attachment(new Uint8Array([1]));
let studio: FakeStudio;
let bot: Bot;
let logged: { details: object; message: string }[];

function botOf(extra: Parameters<typeof createBot>[0]['commands'] = [], fake = createFakeStudio()): Bot {
  studio = fake;
  logged = [];
  const log = {
    info: () => {},
    error: (details: object, message: string) => void logged.push({ details, message }),
  };
  return createBot({ commands: [...commands, ...extra], studio, jobs: createFakeJobs(), log });
}

beforeEach(() => {
  bot = botOf();
});

const broken = defineCommand({
  name: 'broken',
  description: 'Breaks',
  access: 'administrator',
  options: {},
  positional: [],
  example: '/broken',
  run: () => Promise.reject(new TypeError('cannot read ada’s secret prompt')),
});

describe('the bot', () => {
  test('answers a bug with a sentence that gives nothing away, and logs it', async () => {
    const answer = await ask(botOf([broken]), 'broken', {}, { user: boss });
    expect(answer.words()).toBe('Something went wrong on my side. Try again in a moment.');
    expect(logged).toHaveLength(1);
  });

  test('refuses those whose role is too low before anything else', async () => {
    const answer = await ask(botOf([broken]), 'broken');
    expect(answer.words()).toBe('/broken is for administrators of this server. Ask one of them.');
    expect(answer.replies[0]?.visibility).toBe('requester');
    const everyone = { ...ada, role: 'everyone' } as const;
    expect(
      (await ask(bot, 'teach', { class: 'dog', pictures: [picture] }, { user: everyone })).words(),
    ).toMatch(/for teachers/);
    expect(studio.asked).toEqual([]);
  });

  test('shows wrong options to the requester alone, and asks the studio for nothing', async () => {
    const answer = await ask(bot, 'imagine', { prompt: 'a dog', count: 99 });
    expect(answer.words()).toMatch(/count is a whole number from 1 to 4/);
    expect(answer.calls).toEqual(['reply']);
    expect(studio.asked).toEqual([]);
  });

  test('defers before slow work, and only once', async () => {
    const answer = await ask(bot, 'imagine', { prompt: 'a dog' });
    expect(answer.calls[0]).toBe('defer everyone');
    expect(answer.calls.filter((call) => call.startsWith('defer'))).toHaveLength(1);
    expect(answer.calls.at(-1)).toBe('reply');
  });

  test('limits what one user has under way, and /cancel always works', async () => {
    const opened: (() => void)[] = [];
    bot = botOf([], createFakeStudio({ onStep: () => new Promise((resolve) => opened.push(resolve)) }));
    const jobs = Array.from({ length: 4 }, () => ask(bot, 'imagine', { prompt: 'a dog' }));
    await expect.poll(() => opened.length).toBe(4);
    expect((await ask(bot, 'imagine', { prompt: 'a dog' })).words()).toMatch(/4 things under way/);
    expect((await ask(bot, 'help', {}, { user: ben })).words()).toMatch(/Teach me things/);
    expect((await ask(bot, 'cancel')).words()).toMatch(/^Stopping \/imagine/);
    for (const open of opened) open();
    for (const job of await Promise.all(jobs)) expect(job.words()).toBe('Stopped; nothing was drawn.');
  });

  test('never rejects, not even where nothing can be answered', async () => {
    let open = () => {};
    const held = new Promise<void>((resolve) => (open = resolve));
    bot = botOf([], createFakeStudio({ onStep: () => held }));
    const jobs = Array.from({ length: 4 }, () => ask(bot, 'imagine', { prompt: 'a dog' }));
    const mute = { ...recordConversation(), reply: () => Promise.reject(new Error('no space left')) };
    const invocation = { server: home, user: ada, command: 'imagine', options: { prompt: 'a dog' } };
    await expect(bot.run(invocation, mute)).resolves.toBeUndefined();
    expect(logged.map(({ message }) => message)).toContain('its failure could not be told');
    open();
    await Promise.all(jobs);
  });

  test('tells a failure once, and not again where it could not be told', async () => {
    const tried: string[] = [];
    const mute = {
      ...recordConversation(),
      reply: async ({ text }: OutgoingReply) => {
        tried.push(plainText(text));
        throw new ProblemError({ code: 'storage-full', message: 'The disk is full.' });
      },
    };
    const invocation = { server: home, user: ada, command: 'imagine', options: { prompt: '' } };
    await bot.run(invocation, mute);
    expect(tried).toEqual([expect.stringMatching(/^\/imagine needs a prompt/)]);
  });

  test.each([
    [new ProblemError({ code: 'storage-full', message: 'The disk is full.' }), 'The disk is full.'],
    [new Error('EACCES'), 'Something went wrong on my side.'],
  ])('says that something was learnt, though its pictures cannot be shown: %s', async (error, reason) => {
    const shown = recordConversation();
    const noPictures = {
      ...shown,
      reply: async (reply: OutgoingReply) => {
        if (reply.pictures) throw error;
        await shown.reply(reply);
      },
    };
    const options = { class: 'dog', pictures: [picture] };
    await bot.run({ server: home, user: ada, command: 'teach', options }, noPictures);
    expect(shown.replies).toHaveLength(1);
    expect(shown.words()).toBe(`I learnt <new1> dog and keep it; its pictures could not be shown. ${reason}`);
    expect(shown.replies[0]?.shows).toBe('<new1>');
    expect(shown.button('Imagine it')).toContain('<new1>');
    expect(logged).toMatchObject([{ details: { error } }]);
  });

  test('lets a job be cancelled by its button, by its user or an administrator', async () => {
    for (const [user, stops] of [
      [ben, false],
      [ada, true],
      [boss, true],
    ] as const) {
      let open = () => {};
      bot = botOf([], createFakeStudio({ onStep: () => new Promise((resolve) => (open = resolve)) }));
      const pressed: string[] = [];
      const job = bot.run(
        { server: home, user: ada, command: 'imagine', options: { prompt: 'a dog' } },
        {
          defer: async () => {},
          progress: (view) => void pressed.push(view.cancel.id),
          reply: async () => {},
          update: async () => {},
          remove: async () => {},
        },
      );
      await expect.poll(() => pressed.length).toBeGreaterThan(1);
      const answer = await press(bot, pressed[0]!, { user });
      expect(answer.replies.length).toBe(stops ? 0 : 1);
      open();
      await job;
      expect((await press(bot, pressed[0]!, { user: ada })).words()).toBe('That is no longer under way.');
    }
  });

  test('answers a button that is none of its own', async () => {
    for (const id of ['gone/x/anyone/ada/1', 'imagine/constructor/anyone/ada/1', 'nonsense']) {
      expect((await press(bot, id)).words()).toMatch(/no longer|not one of mine/);
    }
  });

  test('stops what is under way when it is stopped', async () => {
    let open = () => {};
    bot = botOf([], createFakeStudio({ onStep: () => new Promise((resolve) => (open = resolve)) }));
    const job = ask(bot, 'teach', { class: 'dog', pictures: [picture] });
    await expect.poll(() => studio.asked.length).toBe(1);
    bot.stop();
    open();
    expect((await job).words()).toBe('Stopped; nothing was learnt.');
  });
});
