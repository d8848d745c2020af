import type { Attributes, FigureAttributes } from './attributes.ts';
import { colourNames } from './colour.ts';
import type { SceneKind, StyleKind } from './kinds.ts';
import { patternWordsOf } from './phrases.ts';
import { sceneKinds } from './scenes/index.ts';
import { styleKinds } from './styles/index.ts';
import { subjectKinds } from './subjects/index.ts';

type FigureName = keyof FigureAttributes;

/** Any value but `none`: "wearing a hat" does not say which. */
export const anyValue = 'any';

/** Attributes of a figure by name, each a value of its list or {@link anyValue}. */
export type NamedFigure = Partial<Record<FigureName, string>>;

/** What a caption says of a picture. Of two figures it does not say which stands on the left. */
export interface Named {
  readonly figures: readonly NamedFigure[];
  readonly scene?: Attributes['scene'];
  readonly style?: Attributes['style'];
}

const sceneWords: Readonly<Record<string, SceneKind>> = {
  ...Object.fromEntries(sceneKinds.map((kind) => [kind, kind])),
  winter: 'snow',
  sea: 'beach',
  town: 'city',
};

const styleWords: Readonly<Record<string, StyleKind>> = {
  ...Object.fromEntries(styleKinds.map((kind) => [kind, kind])),
  watercolor: 'watercolour',
  sketchbook: 'plain',
  flat: 'plain',
};

const hatKinds: Readonly<Record<string, string>> = {
  party: 'party',
  top: 'top',
  tall: 'top',
  woolly: 'beanie',
  beanie: 'beanie',
  cap: 'cap',
};

const trims: readonly string[] = ['pompom', 'band', 'peak'];
const accents: readonly string[] = ['ears', 'mane', 'wings', 'wheels', 'roof', 'trunk'];
const earShapes: readonly string[] = ['pointed', 'floppy'];
const joints: readonly string[] = ['next', 'beside', 'and'];

const patternWords = Object.entries(patternWordsOf).flatMap(([pattern, words]) =>
  words ? [{ pattern, ...words }] : [],
);
const isClass = (word: string) => subjectKinds.some((kind) => kind === word);
const isColour = (word: string) => colourNames.some((name) => name === word);

/** Words that stand before a noun and say how it looks. */
function isAdjective(word: string): boolean {
  return (
    isColour(word) ||
    earShapes.includes(word) ||
    patternWords.some(({ adjective }) => adjective === word) ||
    (word in hatKinds && word !== 'beanie' && word !== 'cap')
  );
}

/** What a noun with its adjectives says of a figure; nothing where it is none that figures have. */
function saidBy(noun: string, adjectives: readonly string[], owner: 'scarf' | 'ball' | null): NamedFigure {
  const colour = adjectives.find(isColour);
  const pattern = patternWords.find(({ adjective }) => adjectives.includes(adjective))?.pattern;
  const coloured = (name: FigureName) => (colour === undefined ? {} : { [name]: colour });
  if (isClass(noun)) return { class: noun, ...coloured('bodyColour'), ...(pattern && { pattern }) };
  const marks = patternWords.find((words) => words.noun === noun)?.pattern;
  if (marks && owner) return { [`${owner}Pattern`]: marks, ...coloured(`${owner}TrimColour`) };
  if (marks) return { pattern: marks, ...coloured('secondColour') };
  if (accents.includes(noun)) {
    const ears = adjectives.find((word) => earShapes.includes(word));
    return { ...coloured('accentColour'), ...(ears && { ears }) };
  }
  if (noun === 'collar') return coloured('collarColour');
  if (trims.includes(noun)) return coloured('hatTrimColour');
  if (noun === 'scarf' || noun === 'ball')
    return { [`${noun}Pattern`]: pattern ?? anyValue, ...coloured(`${noun}Colour`) };
  if (noun !== 'hat' && !(noun in hatKinds)) return {};
  const kind = [noun, ...adjectives].flatMap((word) => hatKinds[word] ?? []);
  return { hat: kind[0] ?? anyValue, ...coloured('hatColour'), ...(pattern && { hatPattern: pattern }) };
}

/** What the words of one figure say of it. */
function figureIn(words: readonly string[]): NamedFigure {
  let said: NamedFigure = {};
  let owner: 'scarf' | 'ball' | null = null;
  let adjectives: string[] = [];
  for (const word of words) {
    if (isAdjective(word)) adjectives.push(word);
    else {
      said = { ...said, ...saidBy(word, adjectives, owner) };
      if (word !== 'with') owner = word === 'scarf' || word === 'ball' ? word : null;
      adjectives = [];
    }
  }
  return said;
}

/** The words of each figure: a second one begins at the last joint before its class. */
function figuresIn(words: readonly string[]): readonly (readonly string[])[] {
  const second = words.flatMap((word, at) => (isClass(word) ? [at] : []))[1];
  if (second === undefined) return [words];
  const joint = words.findLastIndex((word, at) => at < second && joints.includes(word));
  return [words.slice(0, joint), words.slice(joint)];
}

/** What a caption of the world says can be seen: the attributes that it names, and no others. */
export function namedIn(caption: string): Named {
  const words = caption.replace('palm tree', 'palm').split(' ');
  const scene = words.flatMap((word) => sceneWords[word] ?? [])[0];
  const style = words.flatMap((word) => styleWords[word] ?? [])[0];
  const figures = figuresIn(words)
    .map(figureIn)
    .filter((said) => Object.keys(said).length > 0);
  return { figures, ...(scene && { scene }), ...(style && { style }) };
}
