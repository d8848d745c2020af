import { PermissionFlagsBits } from 'discord.js';
import { expect, test } from 'vitest';
import { commandsJson } from '../../../../adapters/discord/registration/command-json.ts';
import { loadCommands } from '../../../../commands/index.ts';

const commands = commandsJson(await loadCommands()) as unknown as readonly Record<string, unknown>[];
const named = (name: string) => commands.find((command) => command.name === name);

/** The same without what it is called in other languages. */
const inOneLanguage = (part: unknown): unknown =>
  JSON.parse(JSON.stringify(part, (key, value) => (key.endsWith('_localizations') ? undefined : value)));

test('teach has its words, and an option for each of six pictures, none of which must be given', () => {
  const image = (name: string, description: string) => {
    return { type: 11, name, description, required: false, file_types: ['image'] };
  };
  expect(inOneLanguage(named('teach')?.options)).toEqual([
    {
      type: 3,
      name: 'class',
      description: 'What it is, in a word: dog, hat, park',
      required: true,
      max_length: expect.any(Number),
    },
    {
      type: 3,
      name: 'kind',
      description: 'One particular thing (subject), a way of drawing (style) or a place (scene)',
      required: false,
      choices: [
        { name: 'subject', value: 'subject' },
        { name: 'style', value: 'style' },
        { name: 'scene', value: 'scene' },
      ],
    },
    expect.objectContaining({ type: 3, name: 'label', required: false }),
    expect.objectContaining({ type: 3, name: 'description', required: false }),
    image('image1', 'One to six pictures of it'),
    ...[2, 3, 4, 5, 6].map((number) => image(`image${number}`, `Number ${number} of up to 6`)),
  ]);
});

test('what is brought in comes in one file or two, of whatever type Discord takes them for', () => {
  expect(inOneLanguage(named('import')?.options)).toEqual([
    expect.objectContaining({ type: 3, name: 'class', required: false }),
    expect.objectContaining({ type: 3, name: 'kind', required: false }),
    expect.objectContaining({ type: 3, name: 'label', required: false }),
    { type: 11, name: 'file1', description: expect.stringContaining('/export made'), required: false },
    { type: 11, name: 'file2', description: 'Number 2 of up to 2', required: false },
  ]);
});

test('numbers have their limits, and prompts are completed', () => {
  expect(named('imagine')?.options).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        type: 3,
        name: 'prompt',
        required: true,
        max_length: 1000,
        autocomplete: true,
      }),
      expect.objectContaining({ type: 4, name: 'count', min_value: 1, max_value: 4 }),
      expect.objectContaining({ type: 4, name: 'seed', min_value: 0, max_value: 4_294_967_295 }),
      expect.objectContaining({ type: 10, name: 'guidance', min_value: 1, max_value: 20 }),
    ]),
  );
});

test('teaching is offered to those who may attach files, forgetting and taking along to those who manage the server, the rest to all', () => {
  const needed = Object.fromEntries(
    commands.map(({ name, default_member_permissions }) => [name, default_member_permissions]),
  );
  expect(needed).toEqual({
    cancel: null,
    concepts: null,
    export: PermissionFlagsBits.ManageGuild.toString(),
    forget: PermissionFlagsBits.ManageGuild.toString(),
    help: null,
    imagine: null,
    import: PermissionFlagsBits.ManageGuild.toString(),
    privacy: null,
    queue: null,
    settings: String(PermissionFlagsBits.ManageGuild),
    teach: PermissionFlagsBits.AttachFiles.toString(),
    'Teach from this message': PermissionFlagsBits.AttachFiles.toString(),
  });
});

test('commands are there in servers alone, for bots that were invited to them', () => {
  for (const { contexts, integration_types } of commands) {
    expect({ contexts, integration_types }).toEqual({ contexts: [0], integration_types: [0] });
  }
});

test('a message can be taught from by its menu, which Discord wants without a description', () => {
  const menu = named('Teach from this message');
  expect(menu).toMatchObject({ type: 3 });
  expect(menu).not.toHaveProperty('description');
});
