import { beforeEach, describe, expect, test } from 'vitest';
import { type Bot, createBot } from '../../commands/bot/bot.ts';
import { plainText } from '../../commands/bot/rich-text.ts';
import { loadCommands } from '../../commands/index.ts';
import { ada, ask, attachment, ben, boss, press } from '../fakes/conversation.ts';
import { createFakeJobs } from '../fakes/records.ts';
import { createFakeStudio, type FakeStudio } from '../fakes/studio.ts';

const commands = await loadCommands();
const log = { info: () => {}, error: (details: object) => expect(details).toBeUndefined() };
const pictures = [attachment(new Uint8Array([1, 2])), attachment(new Uint8Array([3]))];
let studio: FakeStudio;
let bot: Bot;

beforeEach(() => {
  studio = createFakeStudio();
  bot = createBot({ commands, studio, jobs: createFakeJobs(), log });
});

const teachDog = () => ask(bot, 'teach', { class: 'dog', label: 'Rex', description: 'brown', pictures });

describe('/teach', () => {
  test('hands the studio the files as they came and what was typed', async () => {
    await teachDog();
    const request = {
      user: 'ada',
      classWord: 'dog',
      kind: 'subject',
      label: 'Rex',
      description: 'brown',
      pictures: [new Uint8Array([1, 2]), new Uint8Array([3])],
    };
    expect(studio.asked).toEqual([{ kind: 'teach', server: 'fake:home', request }]);
  });

  test('answers with the token, the sheet and the numbers', async () => {
    const answer = await teachDog();
    expect(answer.words()).toContain('I learnt <new1> dog “Rex”');
    expect(answer.words()).toContain(
      '4,321 neurons · 0.13 % of U-Net and text encoder · 41 s · loss 0.121 → 0.043',
    );
    expect(answer.replies[0]?.pictures?.[0]).toMatchObject({
      name: 'new1-dog.png',
      alt: expect.stringContaining('<new1> dog'),
    });
  });

  test('shows its progress with a way to stop it', async () => {
    const { views } = await teachDog();
    expect(views[0]).toMatchObject({ phase: 'Fetching what was sent' });
    expect(views.at(-1)).toMatchObject({ phase: 'Learning', step: 3, steps: 3, fraction: 1 });
    expect(plainText(views[0]!.title)).toBe('Learning dog from 2 pictures');
  });

  test('without pictures says how to add them', async () => {
    expect((await ask(bot, 'teach', { class: 'dog' })).words()).toMatch(
      /needs 1 to 6 pictures, and none came with it/,
    );
  });

  test('offers a first prompt for what was learnt', async () => {
    const answer = await press(bot, (await teachDog()).button('Imagine it'));
    expect(answer.replies[0]?.draft).toBe('/imagine a <new1> dog in the park');
  });

  test('offers none once that is forgotten, and says so', async () => {
    const taught = await teachDog();
    await studio.forget('fake:home', '<new1>');
    const answer = await press(bot, taught.button('Imagine it'));
    expect(answer.words()).toMatch(/^<new1> has been forgotten since then/);
  });
});

describe('/concepts', () => {
  test('lists by pages of ten', async () => {
    for (let index = 0; index < 12; index++) await teachDog();
    const list = await ask(bot, 'concepts');
    expect(list.words()).toMatch(/^12 concepts taught here, page 1 of 2:/);
    expect(list.words()).not.toContain('<new11>');
    const second = await press(bot, list.button('Later'));
    expect(second.updates).toHaveLength(1);
    expect(second.words()).toContain('<new12> dog “Rex”');
    expect(() => second.button('Later')).toThrow();
  });

  test('shows one with its sample, by token, number or label', async () => {
    await teachDog();
    for (const concept of ['<new1>', 'new1', '1', 'rex']) {
      const shown = await ask(bot, 'concepts', { do: 'show', concept });
      expect(shown.words()).toContain('taught 2025-01-02 from 2 pictures');
      expect(shown.replies[0]?.pictures).toHaveLength(1);
    }
  });

  test('names those there are where one is unknown', async () => {
    expect((await ask(bot, 'concepts', { do: 'show', concept: '9' })).words()).toMatch(
      /Nothing has been taught here yet/,
    );
    await teachDog();
    expect((await ask(bot, 'concepts', { do: 'show', concept: '9' })).words()).toMatch(
      /Taught here: <new1> dog\./,
    );
  });

  test('says which line would do where something is left out, as the client takes it', async () => {
    const lines = async (options: Record<string, unknown>) => {
      const typed = (await ask(bot, 'concepts', options)).words();
      const named = (await ask(bot, 'concepts', options, { user: { ...ada, commandsIn: 'en' } })).words();
      return [typed, named].map((words) => words.slice(words.indexOf('/')));
    };
    await teachDog();
    expect(await lines({ do: 'show' })).toEqual([
      '/concepts show <new1>',
      '/concepts do:show concept:<new1>',
    ]);
    expect(await lines({ do: 'rename', concept: '1' })).toEqual([
      '/concepts rename 1 Rex',
      '/concepts do:rename concept:1 label:Rex',
    ]);
  });

  test('renames for who taught it and administrators', async () => {
    await teachDog();
    const rename = { do: 'rename', concept: '<new1>', label: 'Max' };
    expect((await ask(bot, 'concepts', rename, { user: ben })).words()).toMatch(/taught by someone else/);
    expect((await ask(bot, 'concepts', rename)).words()).toBe('It is now <new1> dog “Max”.');
    expect((await ask(bot, 'concepts', { do: 'rename', concept: '1' })).words()).toMatch(/new name too/);
  });

  test('exports the weights as a file for the requester', async () => {
    await teachDog();
    const [reply] = (await ask(bot, 'concepts', { do: 'export', concept: '<new1>' })).replies;
    expect(reply?.files?.[0]?.name).toBe('new1-dog-keepsake.safetensors');
    expect(reply?.visibility).toBe('requester');
  });
});

describe('/forget', () => {
  test('asks once more, and forgets when it is confirmed', async () => {
    await teachDog();
    const question = await ask(bot, 'forget', { concept: '<new1>' });
    expect(await studio.concepts('fake:home')).toHaveLength(1);
    const answer = await press(bot, question.button('Forget <new1>'));
    expect(answer.updates).toHaveLength(1);
    expect(await studio.concepts('fake:home')).toHaveLength(0);
    for (const label of ['Forget <new1>', 'Keep it']) {
      expect((await press(bot, question.button(label))).words()).toMatch(/^<new1> has been forgotten since/);
    }
  });

  test('can be thought better of', async () => {
    await teachDog();
    const question = await ask(bot, 'forget', { concept: '<new1>' });
    expect((await press(bot, question.button('Keep it'))).words()).toBe('<new1> dog “Rex” stays.');
    expect(await studio.concepts('fake:home')).toHaveLength(1);
  });

  test('is for who taught it and administrators', async () => {
    await teachDog();
    expect((await ask(bot, 'forget', { concept: '<new1>' }, { user: ben })).words()).toMatch(
      /taught by someone else/,
    );
    const question = await ask(bot, 'forget', { concept: '<new1>' });
    expect((await press(bot, question.button('Forget <new1>'), { user: ben })).words()).toMatch(
      /^Only the person/,
    );
    expect((await press(bot, question.button('Forget <new1>'), { user: boss })).words()).toMatch(
      /is forgotten/,
    );
  });
});

describe('a concept whose record is damaged', () => {
  beforeEach(async () => {
    await teachDog();
    await teachDog();
    studio.damage('fake:home', '<new1>');
  });

  test('is told as such where it is listed or named', async () => {
    expect((await ask(bot, 'concepts')).words()).toMatch(/^1 concept .*records are damaged: <new1>/s);
    for (const concept of ['<new1>', 'NEW1', '01']) {
      const shown = await ask(bot, 'concepts', { do: 'show', concept });
      expect(shown.words()).toMatch(/^The record of <new1> is damaged.*\/forget <new1>/);
    }
  });

  test('can be forgotten by an administrator, and by nobody else', async () => {
    expect((await ask(bot, 'forget', { concept: '1' })).words()).toMatch(/only an administrator may/);
    const question = await ask(bot, 'forget', { concept: '1' }, { user: boss });
    expect(question.words()).toMatch(/^Forget <new1>, whose record is damaged/);
    const answer = await press(bot, question.button('Forget <new1>'), { user: boss });
    expect(answer.words()).toMatch(/<new1>.* is forgotten/);
    expect(answer.updates[0]?.forgets).toEqual(['<new1>']);
    expect((await studio.inventory('fake:home')).damaged).toEqual([]);
    expect(await studio.concepts('fake:home')).toHaveLength(1);
  });
});

describe('/help', () => {
  test('lists every command, and describes one with its limits', async () => {
    const overview = (await ask(bot, 'help')).words();
    for (const command of commands) expect(overview).toContain(`/${command.name}`);
    expect((await ask(bot, 'help', { command: '/Imagine' })).words()).toContain(
      'count How many pictures (1 to 4)',
    );
    expect((await ask(bot, 'help', { command: 'dance' })).words()).toMatch(/no such command/);
  });
});

describe('/cancel', () => {
  test('says so where nothing is under way', async () => {
    expect((await ask(bot, 'cancel')).words()).toBe('You have nothing under way here.');
  });
});
