import { describe, expect, test } from 'vitest';
import { soughtOf } from '../../src/evaluation/concept-attributes.ts';
import { findIn, type Sought, shareFound, tallyOf } from '../../src/evaluation/sought.ts';
import {
  type Drawing,
  evaluationConcepts,
  type Figure,
  figureOf,
  sampleScene,
  seededRandom,
} from '../../src/world/index.ts';
import { readingOf } from './stand-ins.ts';

const random = seededRandom(3);
const plain: Drawing['style'] = {
  kind: 'plain',
  paper: '#ffffff',
  ink: '#000000',
  tint: 1,
  weight: 0.5,
  hatching: 'falling',
};
const drawing = (...figures: readonly Partial<Figure>[]): Drawing => ({
  figures: figures.map((parts) => figureOf(random, parts)),
  scene: sampleScene(random, 'snow'),
  style: plain,
});

const redDog: Figure['subject'] = {
  kind: 'dog',
  body: 'red',
  second: 'white',
  pattern: 'plain',
  accent: 'blue',
  ears: 'floppy',
  collar: null,
};
const greyCat: Figure['subject'] = { ...redDog, kind: 'cat', body: 'grey', ears: null };
const topHat: Figure['hat'] = { kind: 'top', colour: 'white', trim: 'red', striped: true };

const dog: Sought = { of: 'dog', figure: 0, attributes: { class: 'dog', bodyColour: 'red', ears: 'floppy' } };
const cat: Sought = { of: 'cat', figure: 1, attributes: { class: 'cat', bodyColour: 'grey' } };
const hat: Sought = { of: 'hat', figure: 0, attributes: { hat: 'top', hatColour: 'white' } };
const snow: Sought = { of: 'snow', figure: null, attributes: { scene: 'snow', style: 'plain' } };

const found = (picture: Drawing, ...sought: readonly Sought[]) => findIn(readingOf(picture), sought);

describe('what is sought is found', () => {
  test('with the figure that it belongs to, whichever side it stands on', () => {
    const all = [Object.keys(dog.attributes), Object.keys(cat.attributes), Object.keys(hat.attributes)];
    const left = drawing({ subject: redDog, hat: topHat }, { subject: greyCat });
    const right = drawing({ subject: greyCat }, { subject: redDog, hat: topHat });
    expect(found(left, dog, cat, hat)).toEqual(all);
    expect(found(right, dog, cat, hat)).toEqual(all);
  });

  test('not with another figure: a hat on the cat is not the dog’s', () => {
    const wrong = drawing({ subject: redDog }, { subject: greyCat, hat: topHat });
    expect(found(wrong, dog, cat, hat)).toEqual([
      ['class', 'bodyColour', 'ears'],
      ['class', 'bodyColour'],
      [],
    ]);
  });

  test('once: one dog is not two', () => {
    const second: Sought = { ...dog, of: 'other', figure: 1 };
    expect(found(drawing({ subject: redDog }), dog, second)).toEqual([['class', 'bodyColour', 'ears'], []]);
  });

  test('in the picture as a whole, whoever stands there', () => {
    expect(found(drawing({ subject: greyCat }), dog, snow)).toEqual([[], ['scene', 'style']]);
  });

  test('where any will do, but not where there is none', () => {
    const any: Sought = { of: 'hat', figure: 0, attributes: { hat: 'any' } };
    expect(found(drawing({ subject: redDog, hat: topHat }), any)).toEqual([['hat']]);
    expect(found(drawing({ subject: redDog }), any)).toEqual([[]]);
  });

  test('and a reader that does not tell an attribute is no reader for it', () => {
    const tail: Sought = { of: 'dog', figure: 0, attributes: { tail: 'long' } };
    expect(() => found(drawing({ subject: redDog }), tail)).toThrow('left.tail');
  });
});

test('a share is of all that was sought, over pictures', () => {
  const first = tallyOf(dog, [['class', 'ears'], ['class']]);
  const second = tallyOf(hat, [[]]);
  expect(first).toEqual({ sought: 6, found: 3 });
  expect(shareFound([first, second])).toBe(37.5);
});

test('a drawing of each concept shows all that is its own', () => {
  for (const concept of evaluationConcepts()) {
    if (concept.kind !== 'subject') continue;
    for (const picture of concept.furtherDrawings(3, 6)) {
      const sought = soughtOf(concept, picture);
      expect(findIn(readingOf(picture), [sought])).toEqual([Object.keys(sought.attributes)]);
    }
  }
});
