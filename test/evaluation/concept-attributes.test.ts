import { describe, expect, test } from 'vitest';
import { soughtOf, withoutClass } from '../../src/evaluation/concept-attributes.ts';
import { partOf, staged } from '../../src/evaluation/scripts/script.ts';
import { type EvaluationConcept, evaluationConcepts, seededRandom } from '../../src/world/index.ts';

const concepts = evaluationConcepts();
const numbered = (number: number) => concepts[number - 1] as EvaluationConcept;
const [dog, lighthouse, pencil, hat, park] = [1, 2, 3, 4, 5].map(numbered) as [
  EvaluationConcept,
  EvaluationConcept,
  EvaluationConcept,
  EvaluationConcept,
  EvaluationConcept,
];
const random = seededRandom(1);

/** What the world's own descriptions say of them. */
const purpleDog = {
  class: 'dog',
  bodyColour: 'purple',
  pattern: 'spots',
  secondColour: 'yellow',
  accentColour: 'orange',
  ears: 'pointed',
  collarColour: 'red',
};

describe('of a concept is sought', () => {
  test('what its description says', () => {
    const at = (concept: EvaluationConcept) =>
      soughtOf(concept, staged({ figures: [partOf(concept)] }, random));
    expect(at(dog)).toEqual({ of: '<new1>', figure: 0, attributes: purpleDog });
    expect(at(hat).attributes).toEqual({
      hat: 'top',
      hatPattern: 'stripes',
      hatColour: 'white',
      hatTrimColour: 'red',
    });
    expect(at(numbered(12)).attributes).toEqual({
      scarfPattern: 'stripes',
      scarfColour: 'orange',
      scarfTrimColour: 'purple',
    });
    expect(at(numbered(19)).attributes).toEqual({
      ballPattern: 'spots',
      ballColour: 'blue',
      ballTrimColour: 'white',
    });
  });

  test('of a style and a scene, which it is', () => {
    const whole = (concept: EvaluationConcept) =>
      soughtOf(
        concept,
        staged(
          {
            figures: [],
            place: concept.kind === 'scene' ? concept : 'park',
            style: concept.kind === 'style' ? concept : 'plain',
          },
          random,
        ),
      );
    expect(whole(pencil)).toEqual({
      of: '<new3>',
      figure: null,
      attributes: { style: 'pencil', styleParticular: 'bluePencil' },
    });
    expect(whole(park).attributes).toEqual({ scene: 'park', sceneParticular: 'blossomPark' });
    expect(whole(numbered(11)).attributes).toEqual({ style: 'chalk', styleParticular: 'plumChalk' });
    expect(whole(numbered(15)).attributes).toEqual({ scene: 'beach', sceneParticular: 'blackBeach' });
    expect(whole(numbered(17)).attributes).toEqual({ style: 'mosaic', styleParticular: 'goldMosaic' });
    expect(whole(numbered(20)).attributes).toEqual({ scene: 'forest', sceneParticular: 'goldForest' });
  });

  test('nothing that cannot be seen: a roof under a hat, a collar under a scarf, colours in grey pencil', () => {
    const under = staged({ figures: [{ ...partOf(lighthouse), ...partOf(hat) }] }, random);
    expect(Object.keys(soughtOf(lighthouse, under).attributes)).not.toContain('accentColour');
    const wrapped = staged({ figures: [{ ...partOf(dog), ...partOf(numbered(12)) }] }, random);
    expect(Object.keys(soughtOf(dog, wrapped).attributes)).not.toContain('collarColour');
    const grey = staged({ figures: [partOf(dog)], style: pencil }, random);
    expect(soughtOf(dog, grey).attributes).toEqual({ class: 'dog', pattern: 'spots', ears: 'pointed' });
  });

  test('of a place in grey pencil only what kind it is: its colours make it this one', () => {
    const grey = staged({ figures: [], place: park, style: pencil }, random);
    expect(soughtOf(park, grey).attributes).toEqual({ scene: 'park' });
  });

  test('the second figure’s where it is the second', () => {
    const two = staged({ figures: [partOf(lighthouse), partOf(dog)] }, random);
    expect(soughtOf(dog, two, 1)).toEqual({ of: '<new1>', figure: 1, attributes: purpleDog });
  });
});

test('without its class is left what tells it from others of it', () => {
  const { class: _, ...own } = purpleDog;
  expect(withoutClass({ of: '', figure: 0, attributes: purpleDog }).attributes).toEqual(own);
  const style = { style: 'pencil', styleParticular: 'bluePencil' };
  expect(withoutClass({ of: '', figure: null, attributes: style }).attributes).toEqual({
    styleParticular: 'bluePencil',
  });
});
