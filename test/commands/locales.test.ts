import { describe, expect, test } from 'vitest';
import { createBot } from '../../commands/bot/bot.ts';
import { plainText } from '../../commands/bot/rich-text.ts';
import { loadCommands } from '../../commands/index.ts';
import { localeOf, messagesIn } from '../../commands/locales/index.ts';
import { createTranslator } from '../../commands/locales/translator.ts';
import { sentences as table } from '../../commands/locales/zh-tw/sentences.ts';
import { cleanClassWord } from '../../src/personalize/class-word.ts';
import { readPictures } from '../../src/pictures/intake.ts';
import type { Result } from '../../src/result.ts';
import { ada, ask, attachment, press } from '../fakes/conversation.ts';
import { createFakeJobs } from '../fakes/records.ts';
import { createFakeStudio } from '../fakes/studio.ts';
import { scene } from '../studio/scene.ts';
import { spokenSentences } from './spoken.ts';

const commands = await loadCommands();
const chinese = messagesIn('zh-TW');
const han = /\p{Script=Han}/u;
const over = (least: number) => (count: number) => count > least;

test.each([
  ['zh-TW', 'zh-TW'],
  ['zh-Hant', 'zh-TW'],
  ['zh-HK', 'zh-TW'],
  ['zh-CN', 'en'],
  ['en-GB', 'en'],
  ['de', 'en'],
  [undefined, 'en'],
])('a client in %s is answered in %s', (tag, locale) => {
  expect(localeOf(tag)).toBe(locale);
});

describe('commands in Traditional Chinese', () => {
  test.each(commands.map((command) => [command.name, command] as const))('/%s', (name, command) => {
    const words = chinese.commands[name]!;
    expect(Object.keys(words.options)).toEqual(Object.keys(command.options));
    expect(words.menu === undefined).toBe(command.menu === undefined);
    const options = Object.entries(command.options).map(
      ([option, declared]) => [declared, words.options[option]!] as const,
    );
    for (const { name: called, description } of [words, ...options.map(([, one]) => one)]) {
      expect(called).toMatch(/^[\p{Ll}\p{Lo}\p{N}_-]{1,32}$/u);
      expect(description).toMatch(han);
      expect(description.length).toBeLessThanOrEqual(100);
    }
    for (const [declared, { choices, each }] of options) {
      if (declared.type === 'string')
        expect(Object.keys(choices ?? {})).toEqual([...(declared.choices ?? [])]);
      expect(each !== undefined).toBe(declared.type === 'attachment');
    }
  });
});

/** Every message of a table with its place in it. */
function messagesOf(table: object, place = ''): readonly (readonly [string, unknown])[] {
  return Object.entries(table).flatMap(([name, value]) =>
    typeof value === 'object' ? messagesOf(value, `${place}${name}.`) : [[`${place}${name}`, value] as const],
  );
}

/** What a message says of things that are all called x. */
function said(message: unknown): string {
  if (typeof message !== 'function') return String(message);
  const words: unknown = message(...Array(message.length).fill(['x']));
  return typeof words === 'string' ? words : plainText(words as readonly string[]);
}

/** Those that have no words of their own. */
const wordless = new Set([
  'number',
  'sentence',
  'problem',
  'command',
  'bot.notYours.anyone',
  'progress.duration',
  'concepts.name',
  'settings.list',
]);

test('every message that is not a number or a name is in Chinese, and none is missing', () => {
  const own = (table: object) => messagesOf(table).filter(([place]) => !place.startsWith('commands.'));
  expect(own(chinese).map(([place]) => place)).toEqual(own(messagesIn('en')).map(([place]) => place));
  const foreign = own(chinese).filter(([place, message]) => !wordless.has(place) && !han.test(said(message)));
  expect(foreign.map(([place]) => place)).toEqual([]);
});

test('counts files otherwise than pictures in Chinese', () => {
  const { fewFiles, manyFiles } = chinese.options;
  expect(fewFiles('/匯入', 1, 2, '檔案', 0)).toContain('1 到 2 個檔案');
  expect(manyFiles('/匯入', 1, 2, '檔案', 3)).toContain('附上了 3 個。請挑最好的 2 個');
  expect(manyFiles('/學習', 1, 6, '圖片', 7)).toContain('1 到 6 張圖片，但附上了 7 張');
});

describe('what the core says', () => {
  const sentence = (result: Result<unknown>) => (result.ok ? '' : chinese.sentence(result.problem.message));

  test('is told in Chinese, with the names and numbers in it', async () => {
    const { studio } = await scene();
    const imagine = (prompt: string) => studio.imagine('a', { prompt });
    const limits = { bytes: 1000 };
    const text = new TextEncoder().encode('hello, this is a text and no picture');
    const pictures = (...files: readonly Uint8Array[]) =>
      readPictures(files, { width: 64, height: 64, fit: 'crop', limits });
    expect(sentence(await imagine('a <new9> dog'))).toBe(
      '這裡沒有 <new9>。這裡還沒有教過我任何東西：請先用 /學習。',
    );
    expect(sentence(await imagine('x'.repeat(1001)))).toContain('1,000');
    for (const problem of [
      await imagine(' '),
      cleanClassWord('<new1>'),
      cleanClassWord('a*b'),
      await pictures(text),
      await pictures(new Uint8Array()),
    ]) {
      expect(sentence(problem)).toMatch(han);
    }
  });

  test('is in Chinese, every sentence of it that people may read, and so is why a file cannot be imported', () => {
    const { sentences, reasons } = spokenSentences();
    expect([sentences.length, reasons.length]).toEqual([
      expect.toSatisfy(over(70)),
      expect.toSatisfy(over(15)),
    ]);
    const untold = sentences.filter((one) => !han.test(chinese.sentence(one)));
    const whole = (reason: string) => `This file cannot be imported: ${reason}. Export the server again.`;
    expect(untold, 'add them to commands/locales/zh-tw/sentences.ts').toEqual([]);
    expect(
      reasons.filter((one) => /[a-z]{3}/.test(chinese.sentence(whole(one)).replace(/JSON|<new\w+>/g, ''))),
    ).toEqual([]);
  });

  test('has no translation that is left over, nor one that tells of something else', () => {
    const { sentences } = spokenSentences();
    const leftOver = Object.entries(table).filter(([english, other]) => {
      const translate = createTranslator({ [english]: other });
      return !sentences.some((one) => translate(one) !== undefined);
    });
    expect(leftOver.map(([english]) => english)).toEqual([]);
    const names = (text: string) => new Set([...text.matchAll(/\{(\w+)\*?\}/g)].map(([, name]) => name!));
    for (const [english, other] of Object.entries(table)) {
      expect([...names(other)], english).toEqual([...names(other).intersection(names(english))]);
    }
  });

  test('is told in English, after a word of Chinese on what it is about, where only who runs the bot understands it', () => {
    const message = 'Two inputs of the model have the same name.';
    expect(chinese.problem({ code: 'invalid-model', message })).toBe(`基礎模型不能用：${message}`);
    expect(chinese.problem({ code: 'not-found', message: '這裡沒有進行中的工作。' })).toBe(
      '這裡沒有進行中的工作。',
    );
  });

  test('keeps what people typed as they typed it', () => {
    expect(chinese.sentence('This server does not allow the word “lessons”. Say it without.')).toContain(
      '「lessons」',
    );
    expect(chinese.sentence('The pictures were described as “You”.')).toContain('“You”');
  });
});

test('who reads Traditional Chinese is answered in it, from progress to buttons and refusals', async () => {
  const log = { info: () => {}, error: (details: object) => expect(details).toBeUndefined() };
  const bot = createBot({ commands, studio: createFakeStudio(), jobs: createFakeJobs(), log });
  const mei = { ...ada, id: 'mei', locale: 'zh-TW', commandsIn: 'zh-TW' } as const;
  const taught = await ask(
    bot,
    'teach',
    { class: 'dog', pictures: [attachment(new Uint8Array([1]))] },
    { user: mei },
  );
  expect(taught.words()).toMatch(/^我學會了 <new1> dog。試試 \/畫圖 提示詞:a <new1> dog in the park/);
  expect(plainText(taught.views[0]!.title)).toBe('正在從 1 張圖片學習 dog');
  expect(taught.views.at(-1)?.inWords).toMatch(/^學習中/);
  const refused = await ask(bot, 'imagine', { prompt: 'a dog', count: 9 }, { user: mei });
  expect(refused.words()).toBe('「數量」是 1 到 4 的整數，不能是「9」。');
  const drawn = await ask(bot, 'imagine', { prompt: 'a dog', seed: 7 }, { user: mei });
  const line = await press(bot, drawn.button('使用種子'), { user: mei });
  expect(line.words()).toContain('/畫圖 提示詞:a dog 數量:1 種子:7');
  expect(line.replies[0]?.draft).toContain('/imagine a dog count:1 seed:7');
  expect((await press(bot, drawn.button('使用種子'))).words()).toContain('This line draws it again');
  expect((await ask(bot, 'help', { command: '學習' }, { user: mei })).words()).toContain(
    '/學習 用一到六張圖片',
  );
  const listed = await ask(bot, 'concepts', { do: '列出' }, { user: mei });
  expect(listed.words()).toMatch(/^這裡教過 1 個概念/);
});
