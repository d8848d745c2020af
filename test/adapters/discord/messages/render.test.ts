import { describe, expect, test } from 'vitest';
import { render, renderParts } from '../../../../adapters/discord/messages/render.ts';
import { code, lines, link, note, plainText, strong, text } from '../../../../commands/bot/rich-text.ts';
import { readMarkdown } from '../../../fakes/discord/markdown.ts';

describe('the reader of the fake', () => {
  test.each([
    ['**bold** and *slanted*', 'bold and slanted', ['bold', 'slanted']],
    ['__under__ ~~out~~ ||hidden||', 'under out hidden', ['under', 'out', 'hidden']],
    [
      '`a *b*` [link](https://example.com) https://example.com',
      'a *b* link https://example.com',
      ['a *b*', 'link', 'https://example.com'],
    ],
    ['# Title\n> quote\n- item\n1. one', 'Title\nquote\nitem\none', ['Title', 'quote', 'item', 'one']],
    [
      '<@1> <@&2> <#3> @everyone :smile:',
      '<@1> <@&2> <#3> @everyone :smile:',
      ['<@1>', '<@&2>', '<#3>', '@everyone', ':smile:'],
    ],
    ['\\*\\*not bold\\*\\* \\<@1\\> snake_case_name', '**not bold** <@1> snake_case_name', []],
  ])('shows %j as Discord does', (source, shown, marked) => {
    expect(readMarkdown(source)).toEqual({ text: shown, marked });
  });
});

const hostile = [
  '**bold** __under__ *a* _b_ ~~c~~ ||d|| `e` ```f```',
  '# heading\n## two\n-# small\n> quote\n>>> more\n- item\n* star\n+ plus\n1. one\n23. two',
  '@everyone @here <@1> <@!2> <@&3> <#4> </teach:5> <:a:6> <a:b:7> <t:8> <t:9:R> <id:guide>',
  '[x](https://example.com) https://example.com <http://example.com> discord.gg/abc example.com :smile:',
  '\\ \\\\ \\* \\` ` `` ``` a`b',
  '\u202egnp.exe \u200b &lt;b&gt; <new1> <script>alert(1)</script>',
  '*****  ____ ~~~~ ||||',
];

describe('words of people', () => {
  test.each(hostile)('are shown as they are and mark nothing: %j', (words) => {
    expect(readMarkdown(render([words]))).toEqual({ text: words, marked: [] });
    expect(readMarkdown(render([note(words)])).marked).toEqual([]);
    expect(readMarkdown(render(text`see ${note(words)}`))).toEqual({ text: `see ${words}`, marked: [] });
  });

  test.each(hostile)('are bold or code as a whole and otherwise as they are: %j', (words) => {
    const line = words.replaceAll('\n', ' ');
    expect(readMarkdown(render([strong(line)]))).toEqual({ text: line, marked: [line] });
    const shown = readMarkdown(render(text`Type ${code(line)} now`));
    expect(shown.text).toBe(`Type ${line} now`);
    expect([[], [line]]).toContainEqual(shown.marked);
  });

  test('keep no length that Discord would refuse', () => {
    const most = 1950;
    const answer = lines(
      text`Here they are:`,
      ...Array.from(
        { length: 40 },
        (_, index) => text`${strong(`<new${index}>`)} ${'*'.repeat(60)} ${index}`,
      ),
      [strong('_'.repeat(3000))],
    );
    const parts = renderParts(answer, most);
    expect(Math.max(...parts.map((part) => part.length))).toBeLessThanOrEqual(most);
    const shown = parts.map((part) => readMarkdown(part).text).join('\n');
    expect(shown.replaceAll('\n', '')).toBe(plainText(answer).replaceAll('\n', ''));
  });
});

test('a link leads where it says, and its words and its neighbours stay apart', () => {
  const shown = render([link('one](x) *', 'https://discord.com/1'), link('two', 'https://discord.com/2')]);
  expect(shown).toBe('[one\\](x) \\*](https://discord.com/1)[two](https://discord.com/2)');
  expect(link('nowhere', undefined)).toBe('nowhere');
});

test('figures are small, commands are code, and what matters is bold', () => {
  const answer = lines(text`Look at ${strong('<new1>')}, try ${code('/imagine a <new1> dog')}`, [
    note('seed 7 · 1.5 s'),
  ]);
  expect(render(answer)).toBe('Look at **\\<new1\\>**, try `/imagine a <new1> dog`\n-# seed 7 · 1.5 s');
});
