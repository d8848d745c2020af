import { describe, expect, test } from 'vitest';
import { parseOptions } from '../../../commands/bot/options.ts';
import { defineCommand } from '../../../commands/command.ts';
import { messagesIn } from '../../../commands/locales/index.ts';
import { attachment } from '../../fakes/conversation.ts';

const command = defineCommand({
  name: 'paint',
  description: 'Paints',
  access: 'everyone',
  options: {
    what: { type: 'string', required: true, maxLength: 10, description: 'What to paint' },
    size: { type: 'string', maxLength: 10, choices: ['Small', 'Large'], description: 'How large' },
    count: { type: 'integer', minimum: 1, maximum: 4, description: 'How many' },
    weight: { type: 'number', minimum: 0.5, maximum: 2000, description: 'How much' },
    frame: { type: 'boolean', description: 'With a frame' },
    pictures: { type: 'attachment', each: 'picture', minimum: 1, maximum: 2, description: 'From what' },
  },
  positional: ['what'],
  example: '/paint boat',
  run: async () => {},
});
const words = messagesIn('en');
const sender = { user: {}, words };
const picture = attachment(new Uint8Array());

async function sentence(raw: Record<string, unknown>): Promise<string> {
  const result = await parseOptions(command, { what: 'boat', pictures: [picture], ...raw }, sender);
  if (result.ok) throw new Error('The options were taken');
  expect(result.problem.code).toBe('invalid-option');
  return result.problem.message;
}

describe('options', () => {
  test('typed values and text give the same', async () => {
    const typed = { what: ' boat ', size: 'large', count: 3, weight: 1.5, frame: true, pictures: [picture] };
    const text = { ...typed, count: '3', weight: ' 1.5', frame: 'Yes' };
    const expected = { ...typed, what: 'boat', size: 'Large' };
    expect(await parseOptions(command, typed, sender)).toEqual({ ok: true, value: expected });
    expect(await parseOptions(command, text, sender)).toEqual({ ok: true, value: expected });
  });

  test('what is left out is undefined', async () => {
    const result = await parseOptions(
      command,
      { what: 'boat', count: '', size: null, pictures: [picture] },
      sender,
    );
    expect(result.ok && result.value.count).toBeUndefined();
    expect(result.ok && result.value.size).toBeUndefined();
  });

  test.each([
    ['0', '“0”'],
    ['99', '“99”'],
    ['2.5', '“2.5”'],
    ['four', '“four”'],
    ['1e0', '“1e0”'],
    ['0x2', '“0x2”'],
    [Number.NaN, '“NaN”'],
    ['-1', '“-1”'],
  ])('a count of %s is refused with the range', async (count, shown) => {
    expect(await sentence({ count })).toBe(`count is a whole number from 1 to 4, not ${shown}.`);
  });

  test('a number says its range', async () => {
    expect(await sentence({ weight: 'Infinity' })).toBe(
      'weight is a number from 0.5 to 2,000, not “Infinity”.',
    );
  });

  test('an empty or missing required option says what it is and gives an example', async () => {
    const expected = '/paint needs a what: what to paint. For example: /paint boat';
    expect(await sentence({ what: '   ' })).toBe(expected);
    expect(await sentence({ what: undefined })).toBe(expected);
    const named = await parseOptions(command, {}, { user: { commandsIn: 'en' }, words });
    expect(named).toMatchObject({ problem: { message: expect.stringMatching(/: \/paint what:boat$/) } });
  });

  test('text that is too long says both lengths, counted in characters', async () => {
    const brief = 'The what is 2,000 characters long; at most 10 are taken. Say it more briefly.';
    expect(await sentence({ what: '🐕'.repeat(2000) })).toBe(brief);
  });

  test('a choice that is none names the choices', async () => {
    expect(await sentence({ size: 'Huge' })).toBe('size is one of Small or Large, not “Huge”.');
  });

  test('an unknown option names those there are, also for names of Object itself', async () => {
    expect(await sentence({ colour: 'red' })).toMatch(
      /^\/paint has no option “colour”\. It takes what, size/,
    );
    expect(await sentence({ constructor: 'red' })).toMatch(/no option “constructor”/);
  });

  test('too few and too many attachments say how many there may be', async () => {
    expect(await sentence({ pictures: [] })).toMatch(/needs 1 to 2 pictures, and none came with it/);
    expect(await sentence({ pictures: [picture, picture, picture] })).toMatch(
      /takes 1 to 2 pictures, and 3 came with it/,
    );
  });

  test('a sentence repeats only a little of what was typed, on one line', async () => {
    expect(await sentence({ count: `9\n${'x'.repeat(500)}` })).toMatch(/“9 x{37}…”\.$/);
  });
});
