import { describe, expect, test } from 'vitest';
import { classScript, classTexts } from '../../src/evaluation/scripts/class-scripts.ts';
import { conceptScripts } from '../../src/evaluation/scripts/concept-scripts.ts';
import { driftScripts } from '../../src/evaluation/scripts/drift-scripts.ts';
import { multiScripts } from '../../src/evaluation/scripts/multi-scripts.ts';
import { sheetScripts } from '../../src/evaluation/scripts/sheet-scripts.ts';
import { findIn, soughtIn } from '../../src/evaluation/sought.ts';
import { plainWording, taughtWording } from '../../src/evaluation/wording.ts';
import {
  attributeList,
  type Drawing,
  type EvaluationConcept,
  evaluationConcepts,
  namedIn,
  seededRandom,
  worldVocabulary,
} from '../../src/world/index.ts';
import { readingOf } from './stand-ins.ts';

const concepts = evaluationConcepts();
const say = taughtWording({ mention: (token, classWord) => `${token} ${classWord}` });
const tokensIn = (text: string) => text.match(/<new\d+>/g) ?? [];
const unknownWords = (text: string) => text.split(' ').filter((word) => !worldVocabulary().includes(word));
const numbered = (number: number) => concepts[number - 1] as EvaluationConcept;
const eight = { multiPrompts: 8, seed: 0 };

const texts = (concept: EvaluationConcept) => conceptScripts(concept).map((script) => script.text(say));

describe('a concept is judged by prompts', () => {
  test('that name it and nothing else that was taught, four of each', () => {
    for (const concept of concepts) {
      expect(texts(concept)).toHaveLength(4);
      expect(new Set(texts(concept)).size).toBe(4);
      for (const text of texts(concept)) expect(tokensIn(text)).toEqual([concept.token]);
    }
  });

  test('in places where no taught drawing shows it', () => {
    const words: Record<string, string> = { night: 'night', beach: 'beach' };
    for (const concept of concepts) {
      if (concept.kind === 'scene') continue;
      const taught = concept.drawings.map(({ scene }) => words[scene.kind] ?? scene.kind);
      const named = texts(concept).flatMap(
        (text) => text.match(/park|snow|beach|city|night|desert|forest/g) ?? [],
      );
      expect(named.length).toBeGreaterThan(1);
      expect(named.filter((place) => taught.includes(place))).toEqual([]);
    }
  });

  test('as the method names it, and without tokens in words of the world', () => {
    const own = taughtWording({ mention: (token) => token });
    expect(conceptScripts(numbered(1))[0]?.text(own)).toBe('a <new1> in the desert');
    expect(conceptScripts(numbered(3))[0]?.text(say)).toBe('a dog in the desert in <new3> style');
    expect(conceptScripts(numbered(15))[0]?.text(say)).toBe('a bird in <new15> beach');
    expect(conceptScripts(numbered(15))[0]?.text(plainWording)).toBe('a bird at the beach');
    for (const script of concepts.flatMap(conceptScripts))
      expect(unknownWords(script.text(plainWording))).toEqual([]);
  });
});

describe('prompts of several concepts', () => {
  const scripts = multiScripts(concepts, eight);

  test('are eight of two, of three and of four, each with all its tokens and something sought of each', () => {
    expect(scripts.map(({ concepts: { length } }) => length).sort()).toEqual([
      ...Array(8).fill(2),
      ...Array(8).fill(3),
      ...Array(8).fill(4),
    ]);
    for (const script of scripts) {
      const tokens = script.concepts.map(({ token }) => token).sort();
      expect(new Set(tokens).size).toBe(tokens.length);
      expect(tokensIn(script.text(say)).sort()).toEqual(tokens);
      expect(script.sought.map(({ of }) => of).sort()).toEqual(tokens);
      for (const { attributes } of script.sought) expect(Object.keys(attributes).length).toBeGreaterThan(0);
      expect(unknownWords(script.text(plainWording))).toEqual([]);
    }
    expect(new Set(scripts.map((script) => script.text(say))).size).toBe(24);
  });

  test('seek each where the prompt puts it', () => {
    const figures = scripts.map((script) => {
      const [before, after = ''] = script.text(say).split(' next to ');
      const at = (figure: 0 | 1) => script.sought.filter((one) => one.figure === figure).map(({ of }) => of);
      const isWhole = (token: string) =>
        concepts.some((concept) => concept.token === token && concept.kind !== 'subject');
      return [
        tokensIn(before as string)
          .filter((token) => !isWhole(token))
          .sort(),
        at(0).sort(),
        tokensIn(after).filter((token) => !isWhole(token)),
        at(1),
      ];
    });
    for (const [first, soughtFirst, second, soughtSecond] of figures)
      expect([soughtFirst, soughtSecond]).toEqual([first, second]);
    expect(figures.filter(([, , second]) => second?.length === 1).length).toBeGreaterThan(6);
  });

  test('put no scarf or hat on what has no neck, and are the same every time', () => {
    for (const script of scripts) {
      const wearer = /a <new\d+> (\w+) (?:wearing|playing)/.exec(script.text(say))?.[1];
      expect(['dog', 'cat', 'horse', 'bird', undefined]).toContain(wearer);
    }
    expect(multiScripts(evaluationConcepts(), eight).map((script) => script.text(say))).toEqual(
      scripts.map((script) => script.text(say)),
    );
  });

  test('are others by another seed', () => {
    const own = scripts.map((script) => script.text(say));
    const other = multiScripts(evaluationConcepts(), { ...eight, seed: 1 }).map((script) => script.text(say));
    expect(other).toHaveLength(own.length);
    expect(other.filter((text) => own.includes(text)).length).toBeLessThan(5);
  });

  test('need concepts that go together', () => {
    expect(multiScripts([numbered(1)], eight)).toEqual([]);
    expect(multiScripts([numbered(1), numbered(5)], eight).map((script) => script.text(say))).toEqual([
      'a <new1> dog in <new5> park',
    ]);
  });
});

describe('a true drawing of a prompt', () => {
  const scripts = [...concepts.flatMap(conceptScripts), ...multiScripts(concepts, eight)];
  const drawings = (script: (typeof scripts)[number]) =>
    [1, 2, 3, 4].map((seed) => script.drawing(seededRandom(seed)));

  test('shows each concept with all that is sought of it, its words and the colours that they name', () => {
    const missing = scripts.flatMap((script) => {
      const text = script.text(plainWording);
      const asked = [...script.sought, ...soughtIn(namedIn(text))];
      return drawings(script).flatMap((drawing) => {
        const truth = readingOf(drawing);
        const shown = findIn(truth, asked);
        return asked.flatMap(({ of, attributes }, i) =>
          Object.keys(attributes)
            .filter((name) => !shown[i]?.includes(name) && !isLost(name, drawing, of))
            .map((name) => [text, of, name, attributes[name]]),
        );
      });
    });
    expect(missing).toEqual([]);
  });

  /** A style without colours shows none, and a hat may hide ears: no prompt's words ask for the contrary. */
  function isLost(name: string, { style, figures }: Drawing, of: string): boolean {
    const hidden = (name === 'ears' || name === 'accentColour') && figures.some(({ hat }) => hat !== null);
    return hidden || (of === 'prompt' && name.endsWith('Colour') && style.tint < 1);
  }

  test('is another for another seed, and stands in any place where none is asked for', () => {
    const [car] = conceptScripts(numbered(3)).filter((script) => script.text(say).startsWith('a car'));
    const places = Array.from({ length: 30 }, (_, seed) => car?.drawing(seededRandom(seed)).scene.kind);
    expect(new Set(places).size).toBeGreaterThan(4);
  });

  test('has a ball between two figures on its owner’s outer side', () => {
    const script = scripts.find(
      (one) => one.text(plainWording) === 'a bird playing with a ball next to a dog',
    );
    const first = Array.from({ length: 8 }, (_, seed) => script?.drawing(seededRandom(seed)).figures[0]);
    expect(first.map((figure) => [figure?.ball !== null, figure?.placement.facing])).toEqual(
      Array(8).fill([true, 'left']),
    );
  });
});

describe('prompts without tokens', () => {
  const scripts = driftScripts(concepts, 200);

  test('are two hundred different captions of the world with every class word among them', () => {
    expect(new Set(scripts.map(({ text }) => text)).size).toBe(200);
    for (const { text, sought } of scripts) {
      expect(unknownWords(text)).toEqual([]);
      expect(sought.flatMap(({ attributes }) => Object.keys(attributes)).length).toBeGreaterThan(0);
    }
    for (const { classWord } of concepts) {
      const having = scripts.filter(({ text }) => text.split(' ').includes(classWord));
      expect([classWord, having.length >= 6]).toEqual([classWord, true]);
    }
  });

  test('seek what they name, of two figures in the order in which they come', () => {
    let pairs = 0;
    for (const { text, sought } of scripts) {
      const named = text.match(/\b(dog|cat|horse|lighthouse|bird|house|car|tree)\b/g) ?? [];
      const classes = sought.flatMap(({ figure, attributes }) =>
        figure !== null && attributes.class !== undefined ? [[figure, attributes.class]] : [],
      );
      expect([text, classes]).toEqual([text, named.map((word, i) => [i, word])]);
      pairs += Number(named.length === 2);
    }
    expect(pairs).toBeGreaterThan(10);
  });
});

describe('prompts for a class alone', () => {
  test('are the same for all of a class, and name none of them', () => {
    expect(classScript(numbered(1)).texts).toEqual(['a dog', 'a photo of a dog']);
    expect(classScript(numbered(7)).texts).toEqual(classScript(numbered(1)).texts);
    expect(classScript(numbered(4)).texts).toEqual(['a photo of a hat', 'a dog wearing a hat']);
    expect(classScript(numbered(5)).texts).toEqual(['a dog in the park', 'a lighthouse in the park']);
    expect(classScript(numbered(3)).texts).toEqual(['a picture in pencil style', 'a dog in pencil style']);
    expect(classTexts(concepts).length).toBe(32);
    expect(classTexts(concepts).flatMap(unknownWords)).toEqual([]);
  });

  test('seek what tells the concept from others of its class', () => {
    expect(classScript(numbered(5)).sought.attributes).toEqual({ sceneParticular: 'blossomPark' });
    expect(Object.keys(classScript(numbered(2)).sought.attributes).sort()).toEqual([
      'accentColour',
      'bodyColour',
      'pattern',
      'secondColour',
    ]);
  });
});

test('nothing is sought that a reader does not tell', () => {
  const told = new Map(attributeList.map(({ name, values }) => [name, values]));
  const sought = [
    ...concepts.flatMap(conceptScripts).flatMap((script) => script.sought),
    ...multiScripts(concepts, eight).flatMap((script) => script.sought),
    ...driftScripts(concepts, 200).flatMap((script) => script.sought),
    ...concepts.map((concept) => classScript(concept).sought),
  ];
  const unread = sought.flatMap(({ figure, attributes }) =>
    Object.entries(attributes).filter(([name, value]) => {
      const values = told.get(figure === null ? name : `right.${name}`) ?? [];
      return value === 'any' ? !values.includes('none') : value === 'none' || !values.includes(value);
    }),
  );
  expect(unread).toEqual([]);
  expect(sought.length).toBeGreaterThan(500);
});

test('the sheet has the paper’s three prompts, as far as their concepts are known', () => {
  const known = (count: number) => sheetScripts(concepts.slice(0, count)).map((script) => script.text(say));
  expect(known(7)).toEqual([
    '<new2> lighthouse in the snow',
    'A <new6> horse in <new3> style',
    'A <new1> dog wearing a <new4> hat in <new5> park in <new3> style',
  ]);
  expect(known(2)).toEqual(['<new2> lighthouse in the snow']);
});
