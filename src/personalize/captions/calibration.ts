import type { ConceptKind } from '../../concept.ts';
import { indefinite as a, tieTo } from './seen.ts';

const figures = ['dog', 'cat', 'horse', 'lighthouse'];
const things = [...figures, 'hat'];
const styles = ['pencil', 'neon', 'watercolour'];
export const colours = [
  'red',
  'blue',
  'green',
  'yellow',
  'orange',
  'purple',
  'pink',
  'brown',
  'black',
  'white',
  'grey',
  'teal',
];
export const places: Readonly<Record<string, string>> = {
  park: 'in the park',
  snow: 'in the snow',
  beach: 'at the beach',
  city: 'in the city',
  night: 'at night',
};

const wideThings = [
  'woman with a book',
  'man in a suit',
  'child',
  'car',
  'bicycle',
  'ship',
  'bridge',
  'wooden chair',
  'cup of tea',
  'bowl of fruit',
  'bird',
  'tree',
  'guitar',
  'computer',
  'castle',
  'robot',
];
const wideFrames = [
  'a photo of a X on a street',
  'an oil painting of a X',
  'a X in front of a mountain',
  'a X on a table, studio light',
];

/**
 * More than a hundred unrelated prompts, by which a model's general neurons are told: first from the words
 * of the bundled model, then from everyday English. With `knows`, only prompts whose every word it knows.
 */
export function calibrationPrompts(knows: (word: string) => boolean = () => true): readonly string[] {
  const worlds = Object.values(places);
  const prompts = [
    ...cross(things, worlds, (thing, place, at) => `${a(`${cycled(colours, at)} ${thing}`)} ${place}`),
    ...cross(things, worlds, (thing, place, at) => `a ${cycled(styles, at)} picture of ${a(thing)} ${place}`),
    ...cross(things, styles, (thing, style) => `${a(thing)} in ${style} style`),
    ...cross(Object.keys(places), styles, (place, style) => `a picture of the ${place} in ${style} style`),
    ...cross(figures, colours.slice(0, 4), (figure, colour) => `${a(figure)} wearing ${a(`${colour} hat`)}`),
    ...colours.map((colour, at) => `a photo of ${a(`${colour} ${cycled(things, at)}`)}`),
    ...cross(wideThings, wideFrames, (thing, frame) => frame.replace('X', thing)),
  ];
  return [...new Set(prompts)].filter((prompt) => words(prompt).every(knows));
}

/**
 * Prompts that hold the class word and no token: what the model draws for them before a teach, it should
 * draw after it. Deterministic, each different.
 */
export function preservationPrompts(classWord: string, kind: ConceptKind): readonly string[] {
  return [...new Set(preserved[kind](classWord))];
}

const byItself = (word: string, worlds: readonly string[]) => [
  ...cross(colours, worlds, (colour, place) => `${a(`${colour} ${word}`)} ${place}`),
  ...colours.map((colour) => `${a(word)} wearing ${a(`${colour} hat`)}`),
];

/** What is worn or held is mostly asked for on somebody. */
const withSomebody = (word: string, tie: string, worlds: readonly string[]) => [
  ...cross(figures, ['', ...worlds], (figure, place) => `${a(figure)} ${tie} ${a(word)} ${place}`.trim()),
  ...cross(figures, colours, (figure, colour) => `${a(figure)} ${tie} ${a(`${colour} ${word}`)}`),
  ...cross(figures, styles, (figure, style) => `${a(figure)} ${tie} ${a(word)} in ${style} style`),
];

const preserved = {
  subject: (word) => {
    const worlds = Object.values(places);
    const tie = tieTo(word);
    return [
      a(word),
      `the ${word}`,
      ...['photo', 'picture', 'drawing'].map((frame) => `a ${frame} of ${a(word)}`),
      ...colours.map((colour) => a(`${colour} ${word}`)),
      ...worlds.flatMap((place) => [`${a(word)} ${place}`, `a photo of ${a(word)} ${place}`]),
      ...styles.map((style) => `${a(word)} in ${style} style`),
      ...(tie === undefined ? byItself(word, worlds) : withSomebody(word, tie, worlds)),
    ];
  },
  style: (word) => [
    ...['drawing', 'picture'].flatMap((frame) => [`a ${frame} in ${word} style`, `${a(word)} ${frame}`]),
    `a picture in the ${word} style`,
    ...things.map((thing) => `${a(thing)} in ${word} style`),
    ...things.map((thing) => `${a(word)} drawing of ${a(thing)}`),
    ...Object.keys(places).map((place) => `the ${place} in ${word} style`),
    ...cross(things, Object.values(places), (thing, place) => `${a(thing)} ${place} in ${word} style`),
    ...colours.map((colour, at) => `${a(`${colour} ${cycled(things, at)}`)} in ${word} style`),
  ],
  scene: (word) => {
    const there = Object.hasOwn(places, word) ? (places[word] as string) : `in the ${word}`;
    return [
      there,
      a(word),
      `the ${word}`,
      ...['photo', 'picture'].map((frame) => `a ${frame} of the ${word}`),
      ...things.flatMap((thing) => [`${a(thing)} ${there}`, `a photo of ${a(thing)} ${there}`]),
      ...styles.map((style) => `the ${word} in ${style} style`),
      ...cross(things, colours, (thing, colour) => `${a(`${colour} ${thing}`)} ${there}`),
      ...cross(things, styles, (thing, style) => `${a(thing)} ${there} in ${style} style`),
    ];
  },
} satisfies Record<ConceptKind, (word: string) => string[]>;

function words(prompt: string): readonly string[] {
  return prompt.match(/[\p{L}\p{N}]+/gu) ?? [];
}

function cycled(list: readonly string[], at: number): string {
  return list[at % list.length]!;
}

/** `combine` of every pair, with the pair's place among them. */
function cross(
  left: readonly string[],
  right: readonly string[],
  combine: (a: string, b: string, at: number) => string,
): string[] {
  return left.flatMap((first, row) =>
    right.map((second, column) => combine(first, second, row * right.length + column)),
  );
}
