import { beforeEach, describe, expect, test } from 'vitest';
import { type Bot, createBot } from '../../commands/bot/bot.ts';
import type { Server, User } from '../../commands/command.ts';
import { loadCommands } from '../../commands/index.ts';
import { messagesIn } from '../../commands/locales/index.ts';
import { ada, ask, attachment, boss, home, press, recordConversation } from '../fakes/conversation.ts';
import { createFakeJobs } from '../fakes/records.ts';
import { createFakeStudio, type FakeStudio } from '../fakes/studio.ts';

const commands = await loadCommands();
const log = { info: () => {}, error: (details: object) => expect(details).toBeUndefined() };
const guild: Server = { ...home, offers: ['role', 'channel', 'user'] };
const painters = { id: '7', name: 'painters' };
const room = { id: '70', name: 'room' };
let studio: FakeStudio;
let bot: Bot;

beforeEach(() => {
  studio = createFakeStudio();
  bot = createBot({ commands, studio, jobs: createFakeJobs(), log });
});

const set = (options: Record<string, unknown>, server = guild) =>
  ask(bot, 'settings', options, { user: boss, server });
const teachAs = (user: User, options = {}) =>
  ask(bot, 'teach', { class: 'dog', pictures: [attachment(new Uint8Array([1]))], ...options }, { user });

describe('what administrators decided', () => {
  test('is told to the requester alone, before anything else is shown', async () => {
    await set({ words: 'gore', 'user-lessons': 1 });
    const refused = [
      await ask(bot, 'imagine', { prompt: 'gore' }),
      await teachAs(ada, { label: 'gore' }),
      (await teachAs(ada)) && (await teachAs(ada)),
    ];
    for (const { calls, replies } of refused) {
      expect(calls).toEqual(['reply']);
      expect(replies[0]?.visibility).toBe('requester');
    }
  });

  test('holds for the buttons under a picture too', async () => {
    const drawn = await ask(bot, 'imagine', { prompt: 'a gory dog' });
    await set({ words: 'gory' });
    const count = studio.asked.length;
    expect((await press(bot, drawn.button('Again'))).words()).toMatch(/does not allow the word “gory”/);
    expect(studio.asked).toHaveLength(count);
  });

  test('has every command but the personal ones used in the channels that are named', async () => {
    await set({ channel: room });
    const from = async (channel: { id: string; name: string }, command: string, options = {}) => {
      const conversation = recordConversation();
      await bot.run({ server: guild, user: boss, channel, command, options }, conversation);
      return conversation.words();
    };
    const lounge = { id: '71', name: 'lounge' };
    for (const command of ['concepts', 'imagine']) {
      expect(await from(lounge, command, command === 'imagine' ? { prompt: 'a dog' } : {})).toMatch(
        /in #room only/,
      );
    }
    expect(await from(room, 'imagine', { prompt: 'a dog' })).toContain('seed');
    for (const command of ['settings', 'help', 'queue', 'privacy']) {
      expect(await from(lounge, command)).not.toMatch(/only/);
    }
    expect(await from(lounge, 'cancel')).toMatch(/nothing under way/);
  });

  test('hands the core who asks, and where', async () => {
    const conversation = recordConversation();
    const user = { ...ada, roles: ['7'] };
    const options = { prompt: 'a dog' };
    await bot.run({ server: guild, user, channel: room, command: 'imagine', options }, conversation);
    expect(studio.lastAsker()).toEqual({ user: 'ada', administrator: false, roles: ['7'], channel: '70' });
    await teachAs(boss);
    expect(studio.lastAsker()).toEqual({ user: 'boss', administrator: true });
  });
});

describe('the language of a server', () => {
  test('is everyone’s there, whatever their own is, from answers to completion', async () => {
    await set({ language: 'zh-TW' });
    expect((await teachAs(ada)).words()).toMatch(/^我學會了/);
    const typing = { server: home, command: 'imagine', option: 'prompt', typed: 'do', locale: 'en' } as const;
    expect((await bot.complete(typing))[0]?.label).toContain('主體');
    const elsewhere = { ...home, id: 'fake:garden' };
    expect((await ask(bot, 'cancel', {}, { server: elsewhere })).words()).toMatch(/^You have nothing/);
    await set({ language: 'en' });
    const mei = { ...ada, id: 'mei', locale: 'zh-TW' } as const;
    expect((await ask(bot, 'cancel', {}, { user: mei })).words()).toMatch(/^You have nothing/);
  });

  test('has what the settings refuse said in Chinese, with its names, numbers and times', async () => {
    const chinese = messagesIn('zh-TW').sentence;
    const said = async (options: Record<string, unknown>, ask: () => Promise<{ words(): string }>) => {
      await studio.resetSettings(home.id);
      await set(options);
      return chinese((await ask()).words());
    };
    const draw = (count: number) => ask(bot, 'imagine', { prompt: 'a gory dog', count });
    expect(await said({ words: 'gory' }, () => draw(1))).toBe('這個伺服器不允許「gory」這個詞，請不要用它。');
    expect(await said({ teachers: 'administrators' }, () => teachAs(ada))).toContain('只有管理員可以教我');
    expect(await said({ role: painters }, () => teachAs(ada))).toContain('@painters');
    await draw(2);
    expect(await said({ 'user-pictures': 3 }, () => draw(3))).toBe(
      '你在過去一小時內已有 2 張圖片，上限是 3。請最多要 1 張，或等 1 小時，或請管理員用 /設定 放寬。',
    );
    await teachAs(ada);
    expect(await said({ 'server-lessons': 1 }, () => teachAs(ada))).toMatch(
      /^這個伺服器在過去 24 小時內已有 1 次學習，上限是 1。請等 24 小時/,
    );
    expect(await said({ concepts: 1 }, () => teachAs(ada))).toMatch(/已有 1 個概念，最多 1 個/);
  });
});
