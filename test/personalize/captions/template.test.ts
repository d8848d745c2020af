import { describe, expect, test } from 'vitest';
import type { CaptionRequest } from '../../../src/personalize/captions/captioner.ts';
import { describedTemplates, templateCaptioner } from '../../../src/personalize/captions/template.ts';

const picture = { width: 1, height: 1, rgb: new Uint8Array(3) };
const dog: CaptionRequest = { token: '<new3>', classWord: 'dog', kind: 'subject', pictures: [picture] };
const pencil: CaptionRequest = { ...dog, classWord: 'pencil', kind: 'style' };
const park: CaptionRequest = { ...dog, classWord: 'park', kind: 'scene' };

async function captions(request: CaptionRequest): Promise<readonly string[]> {
  return (await templateCaptioner.caption(request)).captions[0]!;
}

test('every picture has several captions, each different, without a note', async () => {
  const { captions: lists, note } = await templateCaptioner.caption({ ...dog, pictures: [picture, picture] });
  expect(lists).toHaveLength(2);
  for (const list of lists) {
    expect(list.length).toBeGreaterThanOrEqual(5);
    expect(new Set(list).size).toBe(list.length);
  }
  expect(note).toBeUndefined();
});

test.each([dog, pencil, park])('every caption of a $kind holds the token exactly once', async (request) => {
  for (const description of ['', 'in the snow', 'a red hat. Very nice!', '<new3> and <new1>, $& $1']) {
    const described = describedTemplates({ ...request, description });
    for (const caption of [...(await captions(request)), ...described]) {
      expect(caption.match(/<new\d+>/g)).toEqual(['<new3>']);
    }
  }
});

test('captions read like the prompts that people type', async () => {
  expect(await captions(dog)).toContain('a photo of a <new3> dog');
  expect(await captions(pencil)).toContain('a drawing in <new3> style');
  expect(await captions(park)).toContain('in <new3> park');
});

test('captions use the commonest words alone', async () => {
  const common = new Set('a the of in photo picture drawing close up style dog park pencil'.split(' '));
  const used = (await Promise.all([dog, pencil, park].map(captions)))
    .flat()
    .join(' ')
    .replaceAll('<new3>', '');
  expect(used.split(/\s+/).filter((word) => word !== '' && !common.has(word))).toEqual([]);
});

describe('what the user typed', () => {
  const described = (request: CaptionRequest, description: string) =>
    describedTemplates({ ...request, description });

  test('follows the noun as it would in speech', () => {
    expect(described(dog, 'wearing a hat')).toContain('a <new3> dog wearing a hat');
    expect(described(dog, 'old and grey.')).toContain('a <new3> dog, old and grey');
    expect(described(park, 'two dogs')).toContain('two dogs in <new3> park');
  });

  test('is in no caption that is trained on, where it would learn what the token is to learn', async () => {
    expect(await captions({ ...dog, description: 'wearing a hat' })).toEqual(await captions(dog));
  });

  test('is cleaned and cut to twenty words', () => {
    const long = `line\nbreak\u0007 <b>bold</b> ${'word '.repeat(60)}`;
    const longest = described(dog, long).at(-1)!;
    expect(longest.split(' ').length).toBeLessThan(30);
    expect(longest.replace('<new3>', '')).not.toMatch(/[<>\p{C}]/u);
  });

  test('chooses nothing for a style, whose colours are not those of things', () => {
    expect(described(pencil, 'blue on peach paper')).toEqual([]);
  });

  test('of nothing but marks adds nothing', () => {
    expect(described(dog, ' <> ... ')).toEqual([]);
  });
});
