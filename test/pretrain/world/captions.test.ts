import { describe, expect, it } from 'vitest';
import {
  captionsFor,
  type Drawing,
  demoConcepts,
  sampleDrawing,
  seededRandom,
  worldVocabulary,
} from '../../../src/pretrain/world/index.ts';
import { claimsOf } from './reader.ts';

const random = seededRandom(20);
const drawings = Array.from({ length: 12_000 }, () => sampleDrawing(random));
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

  it('use every word of the vocabulary and no other', () => {
    const used = new Set(captions.flatMap((caption) => caption.split(' ')));
    expect([...used].sort()).toEqual(worldVocabulary());
  });

  it('are short, and mostly of 4 to 18 words', () => {
    const lengths = captions.map((caption) => caption.split(' ').length);
    expect(Math.max(...lengths)).toBeLessThan(40);
    expect(lengths.filter((length) => length >= 4 && length <= 18).length).toBeGreaterThan(
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
    ]) {
      expect(captions).toContain(bare);
    }
  });

  it.each(['in the park', 'in park', 'in the snow', 'at the beach', 'at night', 'in the night', 'in a city'])(
    'name a place as people do: %s',
    (place) => {
      expect(captions.some((caption) => caption.includes(place))).toBe(true);
    },
  );

  it('name the style of nearly every picture that is not plain', () => {
    const styled = captioned.filter(({ drawing }) => drawing.style.kind !== 'plain');
    const silent = styled.filter(({ caption }) => !/pencil|neon|watercolou?r/.test(caption));
    expect(silent.length / styled.length).toBeLessThan(0.1);
  });
});
