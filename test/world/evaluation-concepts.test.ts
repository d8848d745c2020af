import { describe, expect, it } from 'vitest';
import { particulars } from '../../src/world/held-out/index.ts';
import { attributesOf, demoConcepts, evaluationConcepts, worldVocabulary } from '../../src/world/index.ts';
import { readingOf, readings } from './readings.ts';

const concepts = evaluationConcepts();
const named = concepts.map((concept) => [`${concept.token} ${concept.classWord}`, concept] as const);
const heldOut = new Set(particulars.map(readingOf));

describe('the evaluation concepts', () => {
  it('are twenty, the seven of the demo first', () => {
    expect(concepts.slice(0, 7)).toMatchObject(demoConcepts());
    expect(concepts.map(({ token }) => token)).toEqual(Array.from({ length: 20 }, (_, i) => `<new${i + 1}>`));
    expect(concepts.slice(7).map(({ classWord, kind }) => `${classWord} ${kind}`)).toEqual([
      'dog subject',
      'cat subject',
      'bird subject',
      'chalk style',
      'scarf subject',
      'house subject',
      'car subject',
      'beach scene',
      'dog subject',
      'mosaic style',
      'horse subject',
      'ball subject',
      'forest scene',
    ]);
  });

  it('are all held out, each a thing of its own, with a class word that the model knows', () => {
    const own = concepts.map(({ particular }) => readingOf(particular));
    expect(new Set(own).size).toBe(20);
    expect(own.filter((reading) => !heldOut.has(reading))).toEqual([]);
    expect(concepts.filter(({ classWord }) => !worldVocabulary().includes(classWord))).toEqual([]);
  });

  it('are described after the demo in words of the world alone', () => {
    const words = concepts.slice(7).flatMap(({ description }) => description?.match(/[a-z]+/g) ?? []);
    expect(words.length).toBeGreaterThan(80);
    expect(words.filter((word) => !worldVocabulary().includes(word))).toEqual([]);
  });

  it.each(named)('show %s and nothing else that is held out, taught and further', (_, concept) => {
    const drawings = [...concept.drawings, ...concept.furtherDrawings(1, 300)];
    for (const drawing of drawings) {
      const shown = [...readings(drawing)].filter((reading) => heldOut.has(reading));
      expect(shown).toEqual([readingOf(concept.particular)]);
    }
  });

  it.each(named)('draw %s five times for teaching and otherwise everywhere else', (_, concept) => {
    const further = concept.furtherDrawings(1, 60);
    expect(concept.drawings).toHaveLength(5);
    expect(further).toHaveLength(60);
    const different = new Set([...concept.drawings, ...further].map((drawing) => JSON.stringify(drawing)));
    expect(different.size).toBe(65);
    if (concept.kind === 'scene') return;
    const taught = new Set(concept.drawings.map(({ scene }) => scene.kind));
    expect(taught.size).toBe(5);
    expect(further.filter(({ scene }) => taught.has(scene.kind))).toEqual([]);
  });

  it.each(named)(
    'draw %s once more for teaching, where its five are set, and nothing else held out',
    (_, concept) => {
      const drawings = concept.taughtDrawings(8);
      expect(drawings.slice(0, 5)).toEqual(concept.drawings);
      expect(concept.taughtDrawings(2)).toEqual(concept.drawings.slice(0, 2));
      expect(concept.taughtDrawings(6)).toEqual(drawings.slice(0, 6));
      const places = concept.drawings.map(({ scene }) => scene.kind);
      for (const [i, drawing] of drawings.entries()) {
        const shown = [...readings(drawing)].filter((reading) => heldOut.has(reading));
        expect(shown).toEqual([readingOf(concept.particular)]);
        expect(drawing.scene.kind).toBe(places[i % 5]);
      }
    },
  );

  it.each(named)('draw %s after a seed', (_, concept) => {
    expect(concept.furtherDrawings(4, 3)).toEqual(concept.furtherDrawings(4, 8).slice(0, 3));
    expect(concept.furtherDrawings(5, 3)).not.toEqual(concept.furtherDrawings(4, 3));
    expect(evaluationConcepts()[0]!.furtherDrawings(4, 3)).toEqual(concepts[0]!.furtherDrawings(4, 3));
  });

  it('say of subjects what their drawings show', () => {
    for (const { kind, description = '', drawings, classWord } of concepts.slice(7)) {
      if (kind !== 'subject') continue;
      for (const drawing of drawings) {
        const { left } = attributesOf(drawing);
        const { scarfColour, scarfTrimColour, ballColour, ballTrimColour } = left;
        const shown =
          classWord === 'scarf'
            ? [scarfColour, scarfTrimColour]
            : classWord === 'ball'
              ? [ballColour, ballTrimColour]
              : [left.class, left.bodyColour, left.pattern, left.secondColour, left.accentColour];
        const extra = [left.ears, left.collarColour].filter((value) => value !== 'none');
        const wanted = classWord === left.class ? [...shown, ...extra] : shown;
        expect(wanted.filter((word) => !description.includes(word))).toEqual([]);
      }
    }
  });

  it('tell several dogs apart', () => {
    const dogs = concepts.filter(({ classWord }) => classWord === 'dog');
    const looks = dogs.map(({ drawings }) => attributesOf(drawings[0]!).left);
    expect(new Set(looks.map(({ bodyColour }) => bodyColour)).size).toBe(4);
    expect(new Set(looks.map(({ collarColour }) => collarColour)).size).toBe(4);
  });
});
