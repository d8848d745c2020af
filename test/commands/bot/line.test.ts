import { describe, expect, test } from 'vitest';
import { commandLine, exampleLine, parseLine } from '../../../commands/bot/line.ts';
import { loadCommands } from '../../../commands/index.ts';
import { type Locale, localeNames, messagesIn } from '../../../commands/locales/index.ts';
import { unwrap } from '../../../src/result.ts';

const commands = await loadCommands();

function options(line: string): Record<string, string> {
  const result = parseLine(commands, line);
  if (!result.ok) throw new Error(result.problem.message);
  return result.value.options;
}

describe('a typed line', () => {
  test('gives the words without a name to the prompt and the named ones to their options', () => {
    expect(options('/imagine A <new1> dog count:4 in <new5> park seed:12')).toEqual({
      prompt: 'A <new1> dog in <new5> park',
      count: '4',
      seed: '12',
    });
  });

  test('keeps quoted words together, and takes an unclosed quote to the end', () => {
    expect(options('/imagine a dog negative:"dark, blurred"')).toEqual({
      prompt: 'a dog',
      negative: 'dark, blurred',
    });
    expect(options('/imagine a dog negative:"dark, blurred')).toEqual({
      prompt: 'a dog',
      negative: 'dark, blurred',
    });
    expect(options('/imagine a dog negative:"a \\"cat\\" \\\\"')).toEqual({
      prompt: 'a dog',
      negative: 'a "cat" \\',
    });
    expect(options('/imagine "a dog: asleep"')).toEqual({ prompt: 'a dog: asleep' });
  });

  test('keeps words together in the curled quotation marks of phones', () => {
    for (const negative of ['“dark, blurred”', '„dark, blurred“', '”dark, blurred”', '“dark, blurred']) {
      expect(options(`/imagine a dog negative:${negative}`)).toEqual({
        prompt: 'a dog',
        negative: 'dark, blurred',
      });
    }
    expect(options('/imagine a sign “no: dogs” count:2')).toEqual({
      prompt: 'a sign “no: dogs”',
      count: '2',
    });
  });

  test('tells what belongs to none of the options, for a command that has some', () => {
    const restOf = (line: string) => unwrap(parseLine(commands, line)).rest;
    expect(restOf('/settings words:gore, blood and language:en')).toBe('blood and');
    expect(restOf('/imagine a dog count:4 in the park')).toBe('');
    expect(restOf('/queue please')).toBe('');
  });

  test('is read as it is shown in any of the languages', () => {
    for (const locale of localeNames) {
      const words = messagesIn(locale);
      for (const command of commands) {
        const line = exampleLine({ user: {}, words }, command);
        expect(unwrap(parseLine(commands, line)).command, line).toBe(command);
      }
    }
    expect(options('/畫圖 a <new1> dog 數量:4 排除："dark, blurred"')).toEqual({
      prompt: 'a <new1> dog',
      count: '4',
      negative: 'dark, blurred',
    });
  });

  test('finds the options whatever their case', () => {
    expect(options('/imagine a dog Count:4 SEED:12')).toEqual({ prompt: 'a dog', count: '4', seed: '12' });
  });

  test('leaves alone what looks like an option and is none', () => {
    expect(options('/imagine a sign saying: keep out, time:12 pictures:none')).toEqual({
      prompt: 'a sign saying: keep out, time:12 pictures:none',
    });
    expect(options('/imagine constructor:1 __proto__:2')).toEqual({ prompt: 'constructor:1 __proto__:2' });
  });

  test('fills several positional options in order, the last with all the rest', () => {
    expect(options('/concepts rename <new1> My old dog')).toEqual({
      do: 'rename',
      concept: '<new1>',
      label: 'My old dog',
    });
  });

  test('finds the command whatever its case and the space around it', () => {
    const result = parseLine(commands, '  /TEACH   dog ');
    expect(result.ok && result.value.command.name).toBe('teach');
  });

  test('without a slash or with an unknown command gets a sentence', () => {
    const chat = parseLine(commands, 'hello there');
    expect(!chat.ok && chat.problem.message).toMatch(/start with a slash/);
    const unknown = parseLine(commands, '/draw a dog');
    expect(!unknown.ok && unknown.problem.message).toMatch(/no command “\/draw”.*\/imagine/);
  });
});

describe('a line for somebody to send', () => {
  const imagine = commands.find(({ name }) => name === 'imagine')!;
  const words = messagesIn('en');
  const values = { prompt: 'a dog in the park', count: 2, negative: 'a "cat"' };

  test('is what typing it would be read as', () => {
    const line = commandLine({ user: {}, words }, imagine, values);
    expect(line).toBe('/imagine a dog in the park count:2 negative:"a \\"cat\\""');
    expect(unwrap(parseLine(commands, line)).options).toEqual({ ...values, count: '2' });
  });

  test('names every option where clients want that, in the language of the client and not of the answer', () => {
    const said = (commandsIn: Locale) => commandLine({ user: { commandsIn }, words }, imagine, values);
    expect(said('en')).toBe('/imagine prompt:a dog in the park count:2 negative:a "cat"');
    expect(said('zh-TW')).toBe('/畫圖 提示詞:a dog in the park 數量:2 排除:a "cat"');
  });

  test.each(commands.map((command) => [command.name, command] as const))(
    'is the example of /%s, as it is typed and with its options named',
    (name, command) => {
      expect(exampleLine({ user: {}, words }, command)).toBe(command.example);
      const named = exampleLine({ user: { commandsIn: 'en' }, words }, command);
      const given = unwrap(parseLine(commands, command.example)).options;
      expect(named.startsWith(`/${name}`)).toBe(true);
      for (const [option, value] of Object.entries(given)) expect(named).toContain(` ${option}:${value}`);
    },
  );
});
