import { type ColourName, colourNames } from './colour.ts';
import type { Drawing, Figure, Style } from './drawing.ts';
import { hatKinds } from './hats/index.ts';
import { particularScenes, particularStyles, shows } from './held-out/index.ts';
import type { ParticularScene } from './held-out/scenes.ts';
import { hiddenByHat } from './hidden.ts';
import type { SceneKind, StyleKind } from './kinds.ts';
import { patterns } from './pattern.ts';
import { sceneKinds } from './scenes/index.ts';
import { styleKinds, styles } from './styles/index.ts';
import { subjectKinds } from './subjects/index.ts';
import { things } from './things/index.ts';

const colours = ['none', ...colourNames] as const;

/**
 * Every value that each attribute of a figure takes: what can be seen of it. A colour is the one that it looks like in
 * the picture's style; `none` is what is absent, or cannot be told from the picture.
 */
export const figureAttributes = {
  class: ['none', ...subjectKinds],
  bodyColour: colours,
  pattern: ['none', ...patterns],
  /** Of stripes, spots or patches. */
  secondColour: colours,
  /** Of ears, mane, wings, roof, wheels or trunk. */
  accentColour: colours,
  ears: ['none', 'pointed', 'floppy'],
  collarColour: colours,
  hat: ['none', ...hatKinds],
  hatPattern: ['none', 'plain', 'stripes'],
  hatColour: colours,
  hatTrimColour: colours,
  scarfPattern: ['none', ...things.scarf.patterns],
  scarfColour: colours,
  scarfTrimColour: colours,
  ballPattern: ['none', ...things.ball.patterns],
  ballColour: colours,
  ballTrimColour: colours,
} as const satisfies Record<string, readonly string[]>;

type FigureAttribute = keyof typeof figureAttributes;
export type FigureAttributes = {
  readonly [Name in FigureAttribute]: (typeof figureAttributes)[Name][number];
};

type NameOf<T> = Extract<keyof T, string>;

/** What can be told from a picture. A single figure is the left one. */
export interface Attributes {
  readonly left: FigureAttributes;
  readonly right: FigureAttributes;
  readonly scene: SceneKind;
  readonly style: StyleKind;
  /** Which of the styles and scenes that only teaching shows. */
  readonly styleParticular: 'none' | NameOf<typeof particularStyles>;
  readonly sceneParticular: 'none' | NameOf<typeof particularScenes>;
}

const names = Object.keys(figureAttributes) as readonly FigureAttribute[];
const slots = ['left', 'right'] as const;

/** The attributes one after another, `left.class` first, each with its values in a fixed order. */
export const attributeList: readonly { readonly name: string; readonly values: readonly string[] }[] = [
  ...slots.flatMap((slot) =>
    names.map((name) => ({ name: `${slot}.${name}`, values: figureAttributes[name] })),
  ),
  { name: 'scene', values: sceneKinds },
  { name: 'style', values: styleKinds },
  { name: 'styleParticular', values: ['none', ...Object.keys(particularStyles)] },
  { name: 'sceneParticular', values: ['none', ...Object.keys(particularScenes)] },
];

const striping = (striped: boolean) => (striped ? 'stripes' : 'plain');

function attributesOfFigure(figure: Figure | undefined, told: (colour: ColourName) => ColourName | 'none') {
  const { subject = null, hat = null, scarf = null, ball = null } = figure ?? {};
  const hidden = hiddenByHat({ subject, hat });
  const patterned = <T extends { readonly pattern: string }>(thing: T | null) =>
    thing !== null && thing.pattern !== 'plain' ? thing : null;
  const colour = (value: ColourName | null | undefined) => (value ? told(value) : 'none');
  return {
    class: subject?.kind ?? 'none',
    bodyColour: colour(subject?.body),
    pattern: subject?.pattern ?? 'none',
    secondColour: colour(patterned(subject)?.second),
    accentColour: hidden.accent ? 'none' : colour(subject?.accent),
    ears: hidden.ears ? 'none' : (subject?.ears ?? 'none'),
    collarColour: scarf ? 'none' : colour(subject?.collar),
    hat: hat?.kind ?? 'none',
    hatPattern: hat ? striping(hat.striped) : 'none',
    hatColour: colour(hat?.colour),
    hatTrimColour: colour(hat?.trim),
    scarfPattern: scarf ? striping(scarf.pattern === 'stripes') : 'none',
    scarfColour: colour(scarf?.colour),
    scarfTrimColour: colour(patterned(scarf)?.trim),
    ballPattern: ball?.pattern ?? 'none',
    ballColour: colour(ball?.colour),
    ballTrimColour: colour(patterned(ball)?.trim),
  } satisfies FigureAttributes;
}

/** A particular place is told from others of its kind by its colours alone. */
function hasColours(style: Style): boolean {
  return colourNames.some((colour) => styles[style.kind].seenAs(style, colour) !== null);
}

function nameIn<T extends object>(table: T, isIt: (value: T[keyof T]) => boolean): NameOf<T> | 'none' {
  const names = Object.keys(table) as NameOf<T>[];
  return names.find((name) => isIt(table[name])) ?? 'none';
}

/** Everything that a picture of the drawing shows, in the values of {@link attributeList}. */
export function attributesOf(drawing: Drawing): Attributes {
  const { figures, scene, style } = drawing;
  const told = (colour: ColourName) => styles[style.kind].seenAs(style, colour) ?? 'none';
  const isPlace = (place: ParticularScene) =>
    hasColours(style) && shows(drawing, { of: 'scene', scene: place });
  return {
    left: attributesOfFigure(figures[0], told),
    right: attributesOfFigure(figures[1], told),
    scene: scene.kind,
    style: style.kind,
    styleParticular: nameIn(particularStyles, (one) => shows(drawing, { of: 'style', style: one })),
    sceneParticular: nameIn(particularScenes, isPlace),
  };
}

/** The drawing's value of each attribute of {@link attributeList}, by the attribute's name. */
export function attributeValues(drawing: Drawing): Readonly<Record<string, string>> {
  const { left, right, ...whole } = attributesOf(drawing);
  const ofFigure = (slot: string, figure: FigureAttributes) =>
    names.map((name) => [`${slot}.${name}`, figure[name]]);
  return { ...Object.fromEntries([...ofFigure('left', left), ...ofFigure('right', right)]), ...whole };
}

/** For each attribute of {@link attributeList}, the place of the drawing's value among its values. */
export function attributeIndices(drawing: Drawing): readonly number[] {
  const values = attributeValues(drawing);
  return attributeList.map(({ name, values: known }) => known.indexOf(values[name]!));
}
