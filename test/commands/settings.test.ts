import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Bot, createBot } from '../../commands/bot/bot.ts';
import type { Server, User } from '../../commands/command.ts';
import { loadCommands } from '../../commands/index.ts';
import settingsCommand from '../../commands/settings.ts';
import { methodNames } from '../../src/method-names.ts';
import { unwrap } from '../../src/result.ts';
import { quotaLimits } from '../../src/studio/rules/settings.ts';
import { ada, ask, attachment, boss, home, press } from '../fakes/conversation.ts';
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
const now = async () => unwrap(await studio.settings(home.id));
const teachAs = (user: User, options = {}) =>
  ask(bot, 'teach', { class: 'dog', pictures: [attachment(new Uint8Array([1]))], ...options }, { user });

describe('/settings', () => {
  test('is for administrators, and its answer for the one who asks', async () => {
    const refused = await ask(bot, 'settings', { language: 'zh-TW' });
    expect(refused.words()).toMatch(/for administrators/);
    expect((await now()).language).toBe('auto');
    expect((await set({})).replies[0]?.visibility).toBe('requester');
  });

  test('shows all that is decided', async () => {
    await teachAs(ada);
    await ask(bot, 'imagine', { prompt: 'a dog', count: 3 });
    await set({ teachers: 'administrators', channel: room, words: 'gore, 血腥', method: 'c-lora' });
    expect((await set({ 'user-pictures': 40 })).words().split('\n')).toEqual([
      'Changed. It holds from now on:',
      'Who may teach: administrators alone',
      'Roles that may teach: none',
      'Where I may be used: #room',
      'Members who may not use me: nobody',
      'Words nobody may use: gore, 血腥',
      'Lessons in 24 hours: 20 a member, 100 all together, who had 1 so far',
      'Pictures in an hour: 40 a member, 600 all together, who had 3 so far',
      'Concepts: 1 of 500',
      'I answer in the language of each member',
      'Pictures that the safety checker flags: covered',
      'Taught by c-lora',
      expect.stringContaining('/help settings'),
    ]);
  });

  test('leaves roles and channels out where the platform has none, in help too', async () => {
    expect((await set({}, home)).words()).not.toMatch(/Roles|used/);
    expect((await set({}, guild)).words()).toMatch(/Roles.*\n.*used/);
    const help = (server: Server) => ask(bot, 'help', { command: 'settings' }, { server });
    expect((await help(home)).words()).not.toContain('A role whose');
    expect((await help(guild)).words()).toContain('A role whose');
    expect((await set({ role: 'painters' }, home)).words()).toMatch(/role cannot be typed/);
  });

  test('blocks a member, who is told so whatever they ask for but what is theirs, and lets them again', async () => {
    const words = (await set({ block: { id: 'ada', name: 'Ada' } })).words();
    expect(words).toContain('Members who may not use me: @Ada');
    for (const [command, options] of [
      ['imagine', { prompt: 'a dog' }],
      ['concepts', {}],
      ['forget', { concept: '<new1>' }],
    ] as const)
      expect((await ask(bot, command, options)).words()).toMatch(/decided that you may not use me here/);
    for (const command of ['privacy', 'queue', 'help'])
      expect((await ask(bot, command)).words()).not.toMatch(/may not use me/);
    expect(studio.asked).toEqual([]);
    await set({ block: { id: 'ada', name: 'Renamed' }, remove: true });
    expect((await ask(bot, 'imagine', { prompt: 'a dog' })).words()).toContain('a dog');
  });

  test('has a member’s lessons and pictures counted anew', async () => {
    await set({ 'user-pictures': 2 });
    await ask(bot, 'imagine', { prompt: 'a dog', count: 2 });
    expect((await ask(bot, 'imagine', { prompt: 'a dog' })).words()).toMatch(/2 of 2 pictures/);
    await set({ refill: { id: 'ada', name: 'Ada' } });
    expect((await ask(bot, 'imagine', { prompt: 'a hat' })).words()).toContain('a hat');
  });

  test('counts nobody anew where what else was named with it is refused', async () => {
    const refill = { id: 'ada', name: 'Ada' };
    await set({ 'user-pictures': 2 });
    await ask(bot, 'imagine', { prompt: 'a dog', count: 2 });
    for (let id = 1; id <= 20; id++) await set({ channel: { id: String(id), name: 'room' } });
    const refused = [
      await set({ refill, words: '!' }),
      await set({ refill, remove: true }),
      await set({ refill, channel: room }),
    ];
    expect(refused.map((answer) => answer.words())).toEqual([
      expect.stringContaining('no word in that'),
      expect.stringContaining('what to take out'),
      expect.stringContaining('at most 20 channels'),
    ]);
    expect((await ask(bot, 'imagine', { prompt: 'a dog' })).words()).toMatch(/2 of 2 pictures/);
  });

  test.each([
    ['user-lessons', 'lessonsPerUser'],
    ['server-lessons', 'lessonsPerServer'],
    ['user-pictures', 'picturesPerUser'],
    ['server-pictures', 'picturesPerServer'],
    ['concepts', 'concepts'],
  ] as const)('sets %s alone, within its range', async (option, name) => {
    const before = await now();
    await set({ [option]: 3 });
    expect(await now()).toEqual({ ...before, quotas: { ...before.quotas, [name]: 3 } });
    expect((await set({ [option]: 0 })).words()).toMatch(/whole number from 1 to/);
    expect((await set({ [option]: quotaLimits[name].maximum + 1 })).words()).toMatch(/whole number/);
    expect((await now()).quotas[name]).toBe(3);
  });

  test('names roles one by one, which then may teach, and takes them out again', async () => {
    await set({ role: painters });
    await set({ role: { id: '8', name: 'writers' } });
    await set({ role: { ...painters, name: 'old painters' } });
    expect(await now()).toMatchObject({
      teachers: 'roles',
      roles: [
        { id: '8', name: 'writers' },
        { id: '7', name: 'old painters' },
      ],
    });
    expect((await teachAs(ada)).words()).toMatch(/@writers, @old painters/);
    expect((await teachAs({ ...ada, roles: ['7'] })).words()).toMatch(/I learnt/);
    await set({ role: painters, remove: true });
    expect((await now()).roles).toEqual([{ id: '8', name: 'writers' }]);
  });

  test('takes out what can no longer be chosen, by the name that it shows or by its id', async () => {
    await set({ role: painters, channel: room, block: { id: 'ada', name: 'Ada' } });
    await set({ role: { id: '8', name: 'writers' }, channel: { id: '71', name: 'lounge' } });
    const shown = (await set({ gone: 'PAINTERS ' })).words();
    expect(shown).toContain('Roles that may teach: @writers\nWhere I may be used: #room, #lounge');
    expect((await set({ gone: '#lounge', remove: true })).words()).toContain('used: #room\n');
    expect((await set({ gone: 'ada' })).words()).toContain('Members who may not use me: nobody');
    expect((await set({ gone: '70' })).words()).toContain('Where I may be used: everywhere');
    const unknown = await set({ gone: 'nowhere' });
    expect(unknown.words()).toContain('named here is called “nowhere”');
    expect(await now()).toMatchObject({ roles: [{ id: '8', name: 'writers' }], channels: [], blocked: [] });
  });

  test('takes out neither of two that are called alike until it is told which by its id', async () => {
    const ben = { id: '9', name: 'Writers' };
    await set({ role: { id: '8', name: 'writers' }, block: ben });
    const refused = (await set({ gone: 'writers' })).words();
    expect(refused).toBe(
      'More than one is called “writers”: @writers 8, @Writers 9. Say which by its id: /settings gone:8',
    );
    const mei = { ...boss, locale: 'zh-TW', commandsIn: 'zh-TW' } as const;
    expect((await ask(bot, 'settings', { gone: 'writers' }, { user: mei, server: guild })).words()).toBe(
      '「writers」不只一個：@writers 8、@Writers 9。請用 ID 說是哪一個：/設定 已不在:8',
    );
    expect(await now()).toMatchObject({ roles: [{ id: '8' }], blocked: [ben] });
    await set({ gone: '8' });
    expect(await now()).toMatchObject({ roles: [], blocked: [ben] });
  });

  test('adds words to those there are, and takes some out', async () => {
    await set({ words: 'Gore, big  bad' });
    await set({ words: 'gore, blood' });
    expect((await now()).words).toEqual(['gore', 'big bad', 'blood']);
    await set({ words: 'BIG bad, unknown', remove: true });
    expect((await now()).words).toEqual(['gore', 'blood']);
    await set({ words: 'b\ufe0flood, GO\u00adRE' });
    expect((await now()).words).toEqual(['gore', 'blood']);
    expect((await set({ words: ', !' })).words()).toMatch(
      /no word in that.*: \/settings words:"gore, blood"$/,
    );
    const client = { user: { ...boss, commandsIn: 'zh-TW' as const } };
    expect((await ask(bot, 'settings', { words: '!' }, client)).words()).toMatch(
      /: \/設定 禁用字詞:gore, blood$/,
    );
    expect((await set({ remove: true })).words()).toMatch(/what to take out/);
  });

  test('lets administrators say what becomes of pictures that the safety checker flags', async () => {
    expect((await set({ flagged: 'blur' })).words()).toContain('flags: blurred');
    expect((await now()).flagged).toBe('blur');
  });

  test('offers every method, and the installation’s own again', async () => {
    const { method } = settingsCommand.options;
    expect(method).toMatchObject({ choices: ['default', ...methodNames] });
    await set({ method: 'mix-of-show' });
    expect((await now()).method).toBe('mix-of-show');
    expect((await set({ method: 'default' })).words()).toContain('the method of this installation');
    expect((await now()).method).toBeUndefined();
  });

  test('puts everything back after asking once more', async () => {
    const answer = await set({ teachers: 'administrators' });
    const asked = await press(bot, answer.button('Reset to the defaults'), { user: boss, server: guild });
    expect(asked.updates[0]?.buttons?.map(({ label }) => label)).toEqual([
      'Reset to the defaults',
      'Keep them',
    ]);
    const kept = await press(bot, asked.button('Keep them'), { user: boss, server: guild });
    expect(kept.words()).toContain('administrators alone');
    expect((await press(bot, asked.button('Reset to the defaults'), { user: ada })).words()).toMatch(
      /Only admin/,
    );
    await press(bot, asked.button('Reset to the defaults'), { user: boss, server: guild });
    expect((await now()).teachers).toBe('everyone');
  });

  test('says where they are damaged, changes nothing then, and offers to put them back', async () => {
    await studio.records.write(home.id, ['settings'], { teachers: 7 });
    for (const answer of [await set({}), await set({ language: 'zh-TW' })]) {
      expect(answer.words()).toMatch(/^The settings of this server are damaged/);
      expect(answer.words()).not.toContain('Changed');
    }
    expect((await teachAs(ada)).words()).toMatch(/^The settings of this server are damaged/);
    expect((await ask(bot, 'concepts')).words()).toMatch(/Nothing has been taught/);
    const asked = await press(bot, (await set({})).button('Reset to the defaults'), { user: boss });
    await press(bot, asked.button('Reset to the defaults'), { user: boss });
    expect((await teachAs(ada)).words()).toMatch(/I learnt/);
  });
});

test('docs/settings.md tells of every option, and of every quota where nobody chose', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/settings.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `([\w-]+)` \|.*\|\s*([^|]*?)\s*\|$/gm)].map(([, name, initially]) => [
    name!,
    initially!,
  ]);
  expect(rows.map(([name]) => name)).toEqual(Object.keys(settingsCommand.options));
  const first = rows.findIndex(([name]) => name === 'user-lessons');
  const quotas = rows.slice(first, first + 5).map(([, initially]) => Number(initially));
  expect(quotas).toEqual(Object.values(quotaLimits).map(({ initially }) => initially));
});
