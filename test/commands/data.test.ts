import { beforeEach, describe, expect, test } from 'vitest';
import { type Bot, createBot } from '../../commands/bot/bot.ts';
import type { User } from '../../commands/command.ts';
import { loadCommands } from '../../commands/index.ts';
import { success } from '../../src/result.ts';
import { namesOfAnother } from '../../src/studio/rules/sentences.ts';
import { ada, ask, attachment, ben, boss, press } from '../fakes/conversation.ts';
import { createFakeJobs } from '../fakes/records.ts';
import { createFakeStudio, type FakeStudio } from '../fakes/studio.ts';

const commands = await loadCommands();
const log = { info: () => {}, error: (details: object) => expect(details).toBeUndefined() };
const pictures = [attachment(new Uint8Array([1]))];
const attic = { id: 'fake:attic', name: 'Attic & Co.' };
let studio: FakeStudio;
let bot: Bot;

beforeEach(() => {
  studio = createFakeStudio();
  bot = createBot({ commands, studio, jobs: createFakeJobs(), log });
});

const teach = (who = ada, what = 'dog') => ask(bot, 'teach', { class: what, pictures }, { user: who });
const tokens = async (server = 'fake:home') => (await studio.concepts(server)).map(({ token }) => token);

describe('/export and /import', () => {
  test('take what was taught to another server, in a file for the one who asks', async () => {
    await teach();
    await teach(ben, 'hat');
    const exported = await ask(bot, 'export', {}, { user: boss });
    expect(exported.calls[0]).toBe('defer requester');
    const [file] = exported.replies[0]!.files!;
    expect([file!.name, exported.replies[0]!.visibility]).toEqual(['keepsake-home.safetensors', 'requester']);
    expect(exported.words()).toMatch(/^2 concepts with weights and samples, and the settings/);
    expect(exported.views.at(-1)).toMatchObject({ phase: 'Packing', step: 2, steps: 2 });
    const imported = await ask(
      bot,
      'import',
      { file: [attachment(file!.bytes)] },
      { user: boss, server: attic },
    );
    expect(imported.words()).toBe(
      'I know 2 concepts more, by the same tokens as before, and the settings came along.\n<new1> dog\n<new2> hat',
    );
    expect(imported.views.at(-1)).toMatchObject({ phase: 'Looking through the file', fraction: 1 });
    expect(await tokens(attic.id)).toEqual(['<new1>', '<new2>']);
  });

  test('say what of the settings stayed behind, in the language of who brings them in', async () => {
    await teach();
    const [file] = (await ask(bot, 'export', {}, { user: boss })).replies[0]!.files!;
    const { importServer } = studio;
    studio.importServer = async (...asked) => {
      const restored = await importServer(...asked);
      return restored.ok ? success({ ...restored.value, notes: [namesOfAnother] }) : restored;
    };
    const bring = async (user: User) =>
      (await ask(bot, 'import', { file: [attachment(file!.bytes)] }, { user, server: attic })).words();
    expect(await bring(boss)).toMatch(/\n<new1> dog\nThe roles and channels .* were left out/);
    expect(await bring({ ...boss, locale: 'zh-TW' })).toMatch(/\n設定裡指定的身分組和頻道是另一個伺服器的/);
  });

  test('name a dozen concepts and count the rest', async () => {
    for (let index = 0; index < 15; index++) await teach();
    const [file] = (await ask(bot, 'export', {}, { user: boss })).replies[0]!.files!;
    const where = { user: boss, server: attic };
    const { words } = await ask(bot, 'import', { file: [attachment(file!.bytes)] }, where);
    expect(words()).toContain('<new12> dog\nand 3 more');
    expect(words()).not.toContain('<new13>');
  });

  test('are for administrators', async () => {
    for (const [command, options] of [
      ['export', {}],
      ['import', { file: pictures }],
    ] as const) {
      expect((await ask(bot, command, options)).words()).toMatch(/is for administrators/);
    }
  });

  test('say what is wrong with a file, or that there is none', async () => {
    expect((await ask(bot, 'import', {}, { user: boss })).words()).toMatch(
      /needs 1 to 2 files, and none came/,
    );
    studio.failNext({ code: 'invalid-file', message: 'This file cannot be imported.' });
    const refused = await ask(bot, 'import', { file: pictures }, { user: boss });
    expect(refused.words()).toBe('This file cannot be imported.');
  });

  test('read no more of a file than is taken', async () => {
    const limits: number[] = [];
    const bytes = async (limit: number) => {
      limits.push(limit);
      return new TextEncoder().encode('[]');
    };
    await ask(bot, 'import', { file: [{ name: 'a', bytes }] }, { user: boss });
    expect(limits).toEqual([100 * 2 ** 20]);
  });

  test('say where a file can be made that the platform does not take', async () => {
    const errors: object[] = [];
    const unlucky = createBot({
      commands,
      studio,
      jobs: createFakeJobs(),
      log: { info: () => {}, error: (details) => void errors.push(details) },
    });
    const said: string[] = [];
    const conversation = {
      defer: async () => {},
      progress: () => {},
      update: async () => {},
      remove: async () => {},
      async reply({ files, text }: { readonly files?: unknown; readonly text: readonly unknown[] }) {
        if (files) throw new Error('too large');
        said.push(JSON.stringify(text));
      },
    };
    const home = { id: 'fake:home', name: 'home' };
    await unlucky.run({ server: home, user: boss, command: 'export', options: {} }, conversation);
    expect(said).toEqual([expect.stringContaining('npm run data -- export fake:home FILE')]);
  });
});

describe('/privacy', () => {
  test('tells what is kept, for how long and of whom, to the one who asks alone', async () => {
    await teach();
    const told = await ask(bot, 'privacy');
    expect(told.calls).toEqual(['defer requester', 'reply']);
    expect(told.replies[0]!.visibility).toBe('requester');
    expect(told.words()).toMatch(/after 30 days/);
    expect(told.words()).toMatch(/Nobody else gets to see them/);
    expect(told.words()).toMatch(/Of you I keep one concept\.$/);
    expect((await ask(bot, 'privacy', {}, { user: ben })).words()).toMatch(/Of you I keep nothing here\.$/);
  });

  test('says so where pictures are shown to a service', async () => {
    const keeping = { graceSeconds: 0, picturesLeave: true, elsewhere: false };
    bot = createBot({ commands, studio: { ...studio, keeping }, jobs: createFakeJobs(), log });
    const words = (await ask(bot, 'privacy')).words();
    expect(words).toMatch(/A service that describes pictures gets to see them/);
    expect(words).toMatch(/When I am taken off this server, I delete it\. /);
  });

  test('says so where things are kept on other machines, and not that they are on this one', async () => {
    expect((await ask(bot, 'privacy')).words()).toContain('on the machine that I run on.');
    const keeping = { graceSeconds: 0, picturesLeave: false, elsewhere: true };
    bot = createBot({ commands, studio: { ...studio, keeping }, jobs: createFakeJobs(), log });
    const words = (await ask(bot, 'privacy')).words();
    expect(words).toContain('on other machines too.');
    expect(words).not.toContain('on the machine that I run on');
  });

  test('offers nothing to export or delete where nothing is kept', async () => {
    expect((await ask(bot, 'privacy')).replies[0]!.buttons).toBeUndefined();
  });

  test('tells of what one asked for and has not ended, with when it was, and of nothing that runs to tell it', async () => {
    const at = Date.parse('2026-11-26T09:05:59Z');
    const asked = { command: 'teach', options: { class: 'secret' }, user: { id: 'ada' } };
    const again = { id: 'imagine/again/anyone/ada/7', user: { id: 'ada' } };
    const jobs = [
      { id: 'one', at, asked, givenUp: 'The engine stopped.' },
      { id: 'two', at: at + 60_000, asked: again },
    ];
    const userData: FakeStudio['userData'] = async () => ({ concepts: [], requests: [], jobs });
    bot = createBot({ commands, studio: { ...studio, userData }, jobs: createFakeJobs(), log });
    const told = await ask(bot, 'privacy');
    expect(told.words().split('\n').slice(-3)).toEqual([
      'Of you I keep 2 jobs that have not ended.',
      '/teach of 2026-11-26 09:05 UTC, given up; it is deleted after 30 days',
      '/imagine of 2026-11-26 09:06 UTC, until it is answered',
    ]);
    const { replies } = await press(bot, told.button('Export mine'));
    const mine = JSON.parse(new TextDecoder().decode(replies[0]!.files![0]!.bytes));
    expect(mine.jobs).toEqual(jobs);
  });

  test('exports what is kept of the one who presses, and of nobody else', async () => {
    await teach();
    await teach(ben, 'hat');
    const told = await ask(bot, 'privacy');
    const { replies } = await press(bot, told.button('Export mine'));
    const [file] = replies[0]!.files!;
    expect([file!.name, replies[0]!.visibility]).toEqual(['keepsake-mine.json', 'requester']);
    const mine = JSON.parse(new TextDecoder().decode(file!.bytes));
    const [dog] = await studio.concepts('fake:home');
    expect(mine).toEqual({ user: 'ada', concepts: [dog], requests: [], jobs: [] });
  });

  test('asks before it deletes, naming the concepts, and then forgets those and no other', async () => {
    await teach();
    await teach(ben, 'hat');
    await teach(ada, 'park');
    const told = await ask(bot, 'privacy');
    const question = await press(bot, told.button('Delete mine'));
    expect(question.updates).toHaveLength(1);
    expect(question.words()).toMatch(/cannot be undone\.\n<new1> dog\n<new3> park$/);
    expect(question.words()).not.toMatch(/0 pictures/);
    expect(await tokens()).toHaveLength(3);
    const done = await press(bot, question.button('Delete it for good'));
    expect(done.words()).toMatch(/^Deleted: 2 concepts\./);
    expect(done.updates[0]!.forgets).toEqual(['<new1>', '<new3>']);
    expect(await tokens()).toEqual(['<new2>']);
  });

  test('keeps everything where somebody thinks better of it', async () => {
    await teach();
    const question = await press(bot, (await ask(bot, 'privacy')).button('Delete mine'));
    expect((await press(bot, question.button('Keep it'))).words()).toBe('Nothing was deleted.');
    expect(await tokens()).toEqual(['<new1>']);
  });

  test('its buttons are for the one who asked, and delete nothing of anybody else whoever presses them', async () => {
    await teach();
    const question = await press(bot, (await ask(bot, 'privacy')).button('Delete mine'));
    const button = question.button('Delete it for good');
    expect((await press(bot, button, { user: ben })).words()).toMatch(/^Only the person who asked/);
    await press(bot, button, { user: boss });
    expect(await tokens()).toEqual(['<new1>']);
  });

  test('stops what the person has under way, so that it is not kept afterwards', async () => {
    const opened: (() => void)[] = [];
    studio = createFakeStudio({ onStep: () => new Promise((resolve) => opened.push(resolve)) });
    bot = createBot({ commands, studio, jobs: createFakeJobs(), log });
    const teaching = teach();
    await expect.poll(() => opened.length).toBe(1);
    await press(bot, 'privacy/confirm/requester/ada/');
    opened[0]!();
    expect((await teaching).words()).toMatch(/^Stopped/);
    expect(await tokens()).toEqual([]);
  });

  test('keeps no request of a picture that was drawn in the same moment, and says that it was stopped', async () => {
    const kept: unknown[] = [];
    const jobs = { ...createFakeJobs(), put: async (_: string, value: unknown) => `${kept.push(value)}` };
    const drawnThenDeleted: FakeStudio = {
      ...studio,
      async imagine(...asked) {
        const drawn = await studio.imagine(...asked);
        await press(bot, 'privacy/confirm/requester/ada/');
        return drawn;
      },
    };
    bot = createBot({ commands, studio: drawnThenDeleted, jobs, log });
    const drawing = await ask(bot, 'imagine', { prompt: 'a secret wish' });
    expect(drawing.words()).toMatch(/^Stopped/);
    expect(kept).toEqual([]);
  });
});

test('what an imagine keeps for its buttons says whose it is', async () => {
  const kept: unknown[] = [];
  const jobs = createFakeJobs();
  const put: typeof jobs.put = (server, value) => {
    kept.push(value);
    return jobs.put(server, value);
  };
  bot = createBot({ commands, studio, jobs: { ...jobs, put }, log });
  const drawn = await ask(bot, 'imagine', { prompt: 'a dog' });
  await press(bot, drawn.button('Again'), { user: ben });
  expect(kept).toMatchObject([
    { user: 'ada', prompt: 'a dog' },
    { user: 'ben', prompt: 'a dog' },
  ]);
});
