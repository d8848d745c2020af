import { beforeAll, describe, expect, test } from 'vitest';
import { completeLine } from '../../../commands/bot/completion.ts';
import { loadCommands } from '../../../commands/index.ts';
import { messagesIn } from '../../../commands/locales/index.ts';
import { home } from '../../fakes/conversation.ts';
import { createFakeStudio } from '../../fakes/studio.ts';

const studio = createFakeStudio();
const commands = await loadCommands();

/** The line after taking each suggestion, with the caret at `|`. */
async function taken(marked: string): Promise<string[]> {
  const caret = marked.indexOf('|');
  const line = marked.replace('|', '');
  const found = await completeLine({ server: home, studio, words: messagesIn('en') }, commands, line, caret);
  return found.map(({ value, start, end }) => line.slice(0, start) + value + line.slice(end));
}

describe('completion', () => {
  beforeAll(async () => {
    const pictures = async () => [new Uint8Array()];
    await studio.teach(home.id, {
      user: 'ada',
      classWord: 'dog',
      kind: 'subject',
      label: 'Rex',
      pictures,
    });
    await studio.teach(home.id, { user: 'ada', classWord: 'pencil', kind: 'style', pictures });
  });

  test('offers commands after the slash', async () => {
    expect(await taken('/i|')).toEqual(['/imagine ', '/import ']);
    expect(await taken('/c|')).toEqual(['/cancel ', '/concepts ']);
  });

  test('offers a concept in a prompt by its token, class word and label', async () => {
    expect(await taken('/imagine a <ne|')).toEqual(['/imagine a <new1> dog ', '/imagine a <new2> style ']);
    expect(await taken('/imagine a do|')).toEqual(['/imagine a <new1> dog ']);
    expect(await taken('/畫圖 a do|')).toEqual(['/畫圖 a <new1> dog ']);
    expect(await taken('/imagine a re|')).toEqual(['/imagine a <new1> dog ']);
    expect(await taken('/imagine count:2 a dog in pen|')).toEqual([
      '/imagine count:2 a dog in <new2> style ',
    ]);
  });

  test('completes in the middle of a line', async () => {
    expect(await taken('/imagine a do| in the park')).toEqual(['/imagine a <new1> dog  in the park']);
    expect(await taken('/imagine a <re| in the park')).toEqual(['/imagine a <new1> dog  in the park']);
  });

  test('offers options by name, once each, and their choices', async () => {
    expect(await taken('/teach dog ki|')).toEqual(['/teach dog kind:']);
    expect(await taken('/teach dog kind:s|')).toEqual([
      '/teach dog kind:subject ',
      '/teach dog kind:style ',
      '/teach dog kind:scene ',
    ]);
    expect(await taken('/teach dog kind:style ki|')).toEqual([]);
  });

  test('does not disturb somebody who begins a prompt', async () => {
    expect(await taken('/imagine |')).toEqual([]);
    expect(await taken('hello|')).toEqual([]);
  });

  test('offers tokens where a concept is asked for', async () => {
    expect(await taken('/forget |')).toEqual(['/forget <new1> ', '/forget <new2> ']);
    expect(await taken('/concepts show re|')).toEqual(['/concepts show <new1> ']);
  });
});
