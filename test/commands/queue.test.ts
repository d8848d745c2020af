import { beforeEach, describe, expect, test } from 'vitest';
import { type Bot, createBot } from '../../commands/bot/bot.ts';
import { loadCommands } from '../../commands/index.ts';
import { failure } from '../../src/result.ts';
import type { Activity } from '../../src/studio/activity.ts';
import { ada, ask, ben, boss, press } from '../fakes/conversation.ts';
import { createFakeJobs } from '../fakes/records.ts';
import { createFakeStudio } from '../fakes/studio.ts';

const commands = await loadCommands();
const log = { info: () => {}, error: (details: object) => expect(details).toBeUndefined() };
let open: () => void;
let under: Activity[];
let bot: Bot;

beforeEach(() => {
  const held = new Promise<void>((resolve) => {
    open = resolve;
  });
  const studio = createFakeStudio({ onStep: () => held });
  under = [];
  const activity = async (server: string) => [...(await studio.activity(server)), ...under];
  bot = createBot({ commands, studio: { ...studio, activity }, jobs: createFakeJobs(), log });
});

describe('/queue', () => {
  test('says that nothing is under way', async () => {
    const answer = await ask(bot, 'queue');
    expect(answer.words().split('\n')).toEqual([
      'Nothing is under way here.',
      'Left for you: 20 of 20 lessons in 24 hours, 120 of 120 pictures in an hour.',
    ]);
    expect(answer.replies[0]?.visibility).toBe('requester');
  });

  test('shows one’s own work with place and time, and only counts that of others', async () => {
    const user = { user: 'ada' };
    under = [
      { kind: 'teach', what: 'dog', ahead: 0, seconds: 75, ...user, job: 'a' },
      { kind: 'teach', what: 'secret', ahead: 1, seconds: 150, user: 'ben', job: 'b' },
      { kind: 'teach', what: 'a *hat*', ahead: 2, seconds: 240, ...user, job: 'c' },
      { kind: 'imagine', what: 'a program’s', ahead: 0 },
    ];
    const answer = await ask(bot, 'queue');
    expect(answer.words().split('\n')).toEqual([
      'Lessons 1 under way, 2 waiting',
      'Drawings 1 under way, 0 waiting',
      '1. /teach dog · under way · done in about 1 min 15 s',
      '2. /teach a *hat* · waiting, 2 before it · done in about 4 min',
      expect.stringMatching(/^Left for you: 20 of 20/),
    ]);
    expect(answer.replies[0]?.buttons?.map(({ label }) => label)).toEqual(['Stop 1', 'Stop 2']);
    expect((await ask(bot, 'queue', {}, { user: ben })).words()).toContain('1. /teach secret');
    expect((await ask(bot, 'queue', {}, { user: boss })).words()).not.toMatch(/secret|dog/);
  });

  test('stops one’s own job by its button, and nobody else’s', async () => {
    const first = ask(bot, 'imagine', { prompt: 'a dog' });
    const second = ask(bot, 'imagine', { prompt: 'a hat' });
    await expect.poll(async () => (await bot.studio.activity('fake:home')).length).toBe(2);
    const answer = await ask(bot, 'queue');
    expect(answer.words()).toContain('1. /imagine a dog · under way');
    expect((await press(bot, answer.button('Stop 1'), { user: ben })).words()).toMatch(/^Only the person/);
    const stopped = await press(bot, answer.button('Stop 1'));
    expect(stopped.updates).toHaveLength(1);
    expect(stopped.words()).toContain('1. /imagine a hat');
    expect(stopped.words()).not.toContain('a dog');
    open();
    expect((await first).words()).toMatch(/^Stopped/);
    expect((await second).words()).toContain('a hat');
    expect((await press(bot, answer.button('Stop 2'))).words()).toMatch(/no longer under way/);
  });

  test('answers those too who have as much under way as they may', async () => {
    const all = Array.from({ length: 4 }, () => ask(bot, 'imagine', { prompt: 'a dog' }));
    await expect.poll(async () => (await bot.studio.activity('fake:home')).length).toBe(4);
    expect((await ask(bot, 'concepts')).words()).toMatch(/^You have 4 things/);
    expect((await ask(bot, 'queue')).words()).toMatch(/^Drawings 4 under way/);
    open();
    await Promise.all(all);
  });

  test('tells what is left of one’s own quotas, and nothing of them where the settings cannot be read', async () => {
    open();
    await ask(bot, 'imagine', { prompt: 'a dog', count: 3 });
    expect((await ask(bot, 'queue')).words()).toMatch(/ 117 of 120 pictures in an hour\.$/);
    expect((await ask(bot, 'queue', {}, { user: ben })).words()).toMatch(/ 120 of 120 pictures/);
    const { allowance: _, ...studio } = bot.studio;
    const allowance = async () => failure('storage-corrupt', 'Damaged.');
    const other = createBot({ commands, studio: { ...studio, allowance }, jobs: createFakeJobs(), log });
    expect((await ask(other, 'queue')).words()).toBe('Nothing is under way here.');
  });

  test('tells of this server alone', async () => {
    const garden = { id: 'fake:garden', name: 'garden' };
    const drawing = ask(bot, 'imagine', { prompt: 'a dog' }, { server: garden });
    await expect.poll(async () => (await bot.studio.activity('fake:garden')).length).toBe(1);
    expect((await ask(bot, 'queue', {}, { user: ada })).words()).toMatch(/^Nothing is under way here/);
    open();
    await drawing;
  });
});
