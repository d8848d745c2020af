import { beforeEach, describe, expect, test } from 'vitest';
import { type Bot, createBot } from '../../commands/bot/bot.ts';
import { loadCommands } from '../../commands/index.ts';
import { ask, attachment, boss } from '../fakes/conversation.ts';
import { createFakeJobs } from '../fakes/records.ts';
import { createFakeStudio, type FakeStudio } from '../fakes/studio.ts';

const commands = await loadCommands();
const log = { info: () => {}, error: (details: object) => expect(details).toBeUndefined() };
const pictures = [attachment(new Uint8Array([1]))];
let studio: FakeStudio;
let bot: Bot;

beforeEach(async () => {
  studio = createFakeStudio();
  bot = createBot({ commands, studio, jobs: createFakeJobs(), log });
  await ask(bot, 'teach', { class: 'dog', pictures });
});

describe('/concepts export with a format', () => {
  const exported = (format: string, concept = '<new1>') =>
    ask(bot, 'concepts', { do: 'export', concept, format });

  test('gives its files to the one who asks, and says what they keep and how to use them', async () => {
    const { replies, words, calls, views } = await exported('LoRA');
    expect(calls[0]).toBe('defer requester');
    expect(replies[0]!.visibility).toBe('requester');
    expect(replies[0]!.files!.map(({ name }) => name)).toEqual([
      'new1-dog-lora.safetensors',
      'new1-dog.safetensors',
    ]);
    expect(words()).toBe(
      '<new1> dog in the format lora.\nIt keeps 97.3 % of the change, measured by its energy, at rank 16.',
    );
    expect(views.at(-1)).toMatchObject({ phase: 'Packing' });
  });

  test('names the formats where there is no such', async () => {
    expect((await exported('pickle')).words()).toBe(
      'format is one of custom-diffusion, embedding, keepsake, lora or lycoris, not “pickle”.',
    );
  });

  test('of a concept that is not there names those that are', async () => {
    expect((await exported('lora', '<new7>')).words()).toMatch(/Taught here: <new1> dog\./);
  });

  test('says where files can be made that the platform does not take', async () => {
    const said: string[] = [];
    const errors: object[] = [];
    const unlucky = createBot({
      commands,
      studio,
      jobs: createFakeJobs(),
      log: { info: () => {}, error: (details) => void errors.push(details) },
    });
    const home = { id: 'fake:home', name: 'home' };
    const user = { id: 'ada', name: 'Ada', role: 'teacher' } as const;
    const options = { do: 'export', concept: '1', format: 'lycoris' };
    await unlucky.run(
      { server: home, user, command: 'concepts', options },
      {
        defer: async () => {},
        progress: () => {},
        update: async () => {},
        remove: async () => {},
        async reply({ files, text }) {
          if (files) throw new Error('too large');
          said.push(JSON.stringify(text));
        },
      },
    );
    expect(said[0]).toContain('npm run data -- concept fake:home \\"<new1>\\" lycoris FOLDER');
  });
});

describe('/import with the files of a concept', () => {
  const file = (words: string) => attachment(new TextEncoder().encode(words));

  test('makes it the next one, shows it, and says what was lost and how to use it', async () => {
    const options = { class: 'hat', kind: 'style', label: 'Tweed', file: [file('weights'), file('word')] };
    const { words, replies } = await ask(bot, 'import', options, { user: boss });
    expect(words()).toBe(
      '<new2> hat “Tweed” is known now. Try /imagine a dog in <new2> style\n' +
        '4,321 neurons · 0.13 % of U-Net and text encoder\n2 files were read.',
    );
    expect(replies[0]).toMatchObject({ shows: '<new2>', pictures: [{ name: 'new2-hat.png' }] });
    expect(await studio.concepts('fake:home')).toMatchObject([{}, { token: '<new2>', kind: 'style' }]);
  });

  test('is told of as what was brought in, and not as taught', async () => {
    await ask(bot, 'import', { class: 'hat', file: [file('weights')] }, { user: boss });
    const shown = (await ask(bot, 'concepts', { do: 'show', concept: '2' })).words();
    expect(shown).toMatch(/^<new2> hat · subject · brought in \d{4}-\d\d-\d\d from a file\n/);
    expect(shown).not.toMatch(/loss|picture\b|41 s/);
  });

  test('takes one or two, and says why it takes none', async () => {
    const three = ['a', 'b', 'c'].map(file);
    expect((await ask(bot, 'import', { file: three }, { user: boss })).words()).toMatch(/takes 1 to 2 files/);
    studio.failNext({ code: 'invalid-file', message: 'This file cannot be brought in: it is a picture.' });
    const refused = await ask(bot, 'import', { file: [file('x')] }, { user: boss });
    expect(refused.words()).toBe('This file cannot be brought in: it is a picture.');
  });
});
