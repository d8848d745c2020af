import { describe, expect, test } from 'vitest';
import type { CaptionRequest } from '../../../src/personalize/captions/captioner.ts';
import type { Seen } from '../../../src/personalize/captions/seen.ts';
import { describedTemplates, templates } from '../../../src/personalize/captions/template.ts';

const picture = { width: 1, height: 1, rgb: new Uint8Array(3) };
const dog: CaptionRequest = { token: '<new3>', classWord: 'dog', kind: 'subject', pictures: [picture] };
const pencil: CaptionRequest = { ...dog, classWord: 'pencil', kind: 'style' };
const park: CaptionRequest = { ...dog, classWord: 'park', kind: 'scene' };

const captions = (request: CaptionRequest, seen: Seen = {}) => templates(request, seen);

test.each([dog, pencil, park])('a $kind has several captions, each different', (request) => {
  for (const seen of [{}, { companion: 'orange cat', place: 'in the snow' }]) {
    const list = captions(request, seen);
    expect(list.length).toBeGreaterThanOrEqual(4);
    expect(new Set(list).size).toBe(list.length);
  }
});

test.each([dog, pencil, park])('every caption of a $kind holds the token exactly once', (request) => {
  for (const description of ['', 'in the snow', 'a red hat. Very nice!', '<new3> and <new1>, $& $1']) {
    const described = describedTemplates({ ...request, description });
    const seen = captions(request, { companion: 'orange cat', place: 'in the snow' });
    for (const caption of [...captions(request), ...seen, ...described]) {
      expect(caption.match(/<new\d+>/g)).toEqual(['<new3>']);
    }
  }
});

test('captions read like the prompts that people type', () => {
  expect(captions(dog)).toContain('a photo of a <new3> dog');
  expect(captions(pencil)).toContain('a drawing in <new3> style');
  expect(captions(park)).toContain('in <new3> park');
});

test('captions use the commonest words alone', () => {
  const common = new Set('a the of in photo picture drawing close up style dog park pencil'.split(' '));
  const used = [dog, pencil, park]
    .flatMap((request) => captions(request))
    .join(' ')
    .replaceAll('<new3>', '');
  expect(used.split(/\s+/).filter((word) => word !== '' && !common.has(word))).toEqual([]);
});

describe('what else a picture shows', () => {
  const hat = { ...dog, classWord: 'hat' };
  const cat = { companion: 'orange cat', place: 'in the snow' };

  test('is said with it, so that its token need not learn it', () => {
    expect(captions(hat, cat)).toContain('a photo of an orange cat wearing a <new3> hat in the snow');
    expect(captions({ ...dog, classWord: 'red ball' }, cat)).toContain(
      'an orange cat with a <new3> red ball in the snow',
    );
    expect(captions(dog, { place: 'at night' })).toContain('a picture of the <new3> dog at night');
    expect(captions(park, cat)).toContain('an orange cat in <new3> park');
    expect(captions(pencil, cat)).toContain('a picture of an orange cat in the style of <new3>');
  });

  test('is in every caption, so that none says less than the picture shows', () => {
    for (const request of [hat, park, pencil])
      for (const caption of captions(request, cat)) expect(caption).toContain('an orange cat');
    for (const caption of captions(hat, cat)) expect(caption).toContain('in the snow');
  });
});

describe('what the user typed', () => {
  const described = (request: CaptionRequest, description: string) =>
    describedTemplates({ ...request, description });

  test('follows the noun as it would in speech', () => {
    expect(described(dog, 'wearing a hat')).toContain('a <new3> dog wearing a hat');
    expect(described(dog, 'old and grey.')).toContain('a <new3> dog, old and grey');
    expect(described(park, 'two dogs')).toContain('two dogs in <new3> park');
  });

  test('is in no caption that is trained on, where it would learn what the token is to learn', () => {
    expect(captions({ ...dog, description: 'wearing a hat' })).toEqual(captions(dog));
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
