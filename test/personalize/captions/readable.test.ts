import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readTokenizer } from '../../../src/diffusion/tokenizer.ts';
import { readableCaptions } from '../../../src/personalize/captions/readable.ts';
import { describedTemplates, templates } from '../../../src/personalize/captions/template.ts';

const tokenizer = await readTokenizer(join(import.meta.dirname, '../../../model-store/sketchbook/tokenizer'));
/** The id that the first token gets which is added to the vocabulary. */
const id = tokenizer.vocabularySize;
const newspaper = 'a woman reading a newspaper at a small table in front of a window in <new3> style';
const named = { token: '<new3>', classWord: 'ink', kind: 'style' } as const;

/** The ids of a caption as a lesson encodes it. */
function idsOf(caption: string): readonly number[] {
  const own = tokenizer.copy();
  own.addToken('<new3>');
  return [...own.encode(caption).ids];
}

test('a caption whose token is past what the bundled model reads is left out, and counted once', () => {
  expect(idsOf(newspaper)).not.toContain(id);
  const fits = 'a woman at a table in <new3> style';
  const { captions, leftOut } = readableCaptions(tokenizer, named, [
    [newspaper, fits],
    [fits, newspaper],
  ]);
  expect({ captions, leftOut }).toEqual({ captions: [[fits], [fits]], leftOut: 1 });
});

test('a picture without another caption gets short ones of the templates, which hold the token', () => {
  const { captions, leftOut } = readableCaptions(tokenizer, named, [[newspaper]]);
  expect(leftOut).toBe(1);
  expect(captions[0]).toContain('a drawing in <new3> style');
});

test.each([
  ['scene', 'garden', 'my grandmother sitting among roses on a wooden bench in summer'],
  ['style', 'ink', '桜の木の下で本を読む女の人'],
  ['subject', 'dog', 'a very old and very friendly hunting dog with long brown ears on a green sofa'],
  ['subject', 'unternehmensberatungsgesellschaftsdirektor', ''],
] as const)(
  'whatever was typed, every caption that a %s is trained on has its token: %s, %s',
  (kind, classWord, description) => {
    const own = { token: '<new3>', classWord, kind };
    const made = [...templates(own), ...describedTemplates({ ...own, description })];
    const { captions } = readableCaptions(tokenizer, own, [made]);
    expect(captions[0]?.length).toBeGreaterThanOrEqual(6);
    for (const caption of captions[0] ?? []) expect(idsOf(caption)).toContain(id);
  },
);
