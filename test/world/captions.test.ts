import { describe, expect, it } from 'vitest';
import { templates } from '../../src/personalize/captions/template.ts';
import {
  captionsFor,
  type Drawing,
  demoConcepts,
  sampleDrawing,
  seededRandom,
  worldVocabulary,
} from '../../src/world/index.ts';
import { claimsOf, figuresNamed } from './reader.ts';

const random = seededRandom(20);
const drawings = Array.from({ length: 16_000 }, () => sampleDrawing(random));
const captioned = drawings.map((drawing) => ({ drawing, caption: captionsFor(drawing, random) }));
const captions = captioned.map(({ caption }) => caption);

const falseClaims = (of: readonly { drawing: Drawing; caption: string }[]) =>
  of.flatMap(({ drawing, caption }) =>
    claimsOf(caption, drawing)
      .filter(({ holds }) => !holds)
      .map(({ claim }) => `${claim}: ${caption}`),
  );

describe('captions', () => {
  it('say nothing that is not so', () => {
    expect(falseClaims(captioned)).toEqual([]);
  });

  it('say nothing that is not so of the things that only teaching shows', () => {
    const taught = demoConcepts().flatMap((concept) => concept.drawings);
    const many = taught.flatMap((drawing) =>
      Array.from({ length: 40 }, () => ({ drawing, caption: captionsFor(drawing, random) })),
    );
    expect(falseClaims(many)).toEqual([]);
  });

  it('would be caught by the reader if they were said of another drawing', () => {
    const shifted = captioned.map(({ caption }, i) => ({
      caption,
      drawing: drawings[(i + 1) % drawings.length]!,
    }));
    expect(new Set(falseClaims(shifted)).size).toBeGreaterThan(drawings.length / 2);
  });

  it('would be caught by the reader if a hat sat on the other head', () => {
    const swapped = captioned.flatMap(({ drawing, caption }) => {
      const [left, right] = drawing.figures;
      if (!left || !right || figuresNamed(caption) < 2 || !/ (hat|cap|beanie)/.test(caption)) return [];
      if (Boolean(left.hat) === Boolean(right.hat)) return [];
      const figures = [
        { ...left, hat: right.hat },
        { ...right, hat: left.hat },
      ];
      return [{ drawing: { ...drawing, figures }, caption }];
    });
    const caught = swapped.filter((one) => falseClaims([one]).length > 0);
    expect(swapped.length).toBeGreaterThan(300);
    expect(caught.length / swapped.length).toBeGreaterThan(0.95);
  });

  it('name both figures of a picture of two, or none where they name the style alone', () => {
    const pairs = captioned.filter(({ drawing }) => drawing.figures.length === 2);
    const counts = pairs.map(({ caption }) => figuresNamed(caption));
    expect(counts.filter((count) => count === 1)).toEqual([]);
    expect(counts.filter((count) => count === 2).length / pairs.length).toBeGreaterThan(0.95);
  });

  it('know every word of the captions that teaching makes from templates', () => {
    const named = { token: 'photo', classWord: 'dog', pictures: [] };
    const words = (['subject', 'style', 'scene'] as const).flatMap((kind) =>
      templates({ ...named, kind }).flatMap((caption) => caption.split(' ')),
    );
    expect(words.filter((word) => !worldVocabulary().includes(word))).toEqual([]);
  });

  it.each(['a photo of', 'a close up of', 'wearing a', 'in the style of', 'next to', 'playing with a ball'])(
    'say "%s" as people do',
    (wording) => {
      expect(captions.some((caption) => ` ${caption} `.includes(` ${wording} `))).toBe(true);
    },
  );

  it('use every word of the vocabulary and no other', () => {
    const used = new Set(captions.flatMap((caption) => caption.split(' ')));
    expect([...used].sort()).toEqual(worldVocabulary());
  });

  it('fit the 40 tokens of the model with start and end, and are mostly of 4 to 20 words', () => {
    const lengths = captions.map((caption) => caption.split(' ').length);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(40 - 2);
    expect(lengths.filter((length) => length >= 4 && length <= 20).length).toBeGreaterThan(
      0.85 * lengths.length,
    );
  });

  it('come in many wordings, sometimes with the class alone', () => {
    expect(new Set(captions).size).toBeGreaterThan(0.8 * captions.length);
    for (const bare of [
      'a photo of a dog',
      'a picture of a cat',
      'a photo of a horse',
      'a photo of a lighthouse',
      'a photo of a bird',
      'a photo of a house',
      'a photo of a car',
      'a photo of a tree',
      'a photo of a hat',
    ]) {
      expect(captions).toContain(bare);
    }
    for (const bare of [/ of a scarf$/, / of a ball$/]) {
      expect(captions.some((caption) => bare.test(caption))).toBe(true);
    }
  });

  it.each([
    'in the park',
    'in park',
    'in the snow',
    'at the beach',
    'at night',
    'in the night',
    'in a city',
    'in the desert',
    'in a forest',
  ])('name a place as people do: %s', (place) => {
    expect(captions.some((caption) => caption.includes(place))).toBe(true);
  });

  it('name the style of nearly every picture that is not plain', () => {
    const styled = captioned.filter(({ drawing }) => drawing.style.kind !== 'plain');
    const silent = styled.filter(({ caption }) => !/pencil|neon|watercolou?r|mosaic|chalk/.test(caption));
    expect(silent.length / styled.length).toBeLessThan(0.1);
  });
});
