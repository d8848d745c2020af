import { type ColourName, colourNames } from './colour.ts';
import type { Drawing, Figure } from './drawing.ts';
import { hatKinds } from './hats/index.ts';
import { patterns } from './pattern.ts';
import { type SceneKind, sceneKinds } from './scenes/index.ts';
import { type StyleKind, styleKinds, styles } from './styles/index.ts';
import { type SubjectMaker, subjectKinds, subjects } from './subjects/index.ts';
import { things } from './things/index.ts';

const colours = ['none', ...colourNames] as const;

/** Every value that each attribute of a figure takes; `none` is what is absent, or cannot be told from the picture. */
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

/** What can be told from a picture. A single figure is the left one. */
export interface Attributes {
  readonly left: FigureAttributes;
  readonly right: FigureAttributes;
  readonly scene: SceneKind;
  readonly style: StyleKind;
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
];

const striping = (striped: boolean) => (striped ? 'stripes' : 'plain');

function attributesOfFigure(figure: Figure | undefined, told: (colour: ColourName) => ColourName | 'none') {
  const { subject = null, hat = null, scarf = null, ball = null } = figure ?? {};
  const maker: SubjectMaker | null = subject && subjects[subject.kind];
  const patterned = <T extends { readonly pattern: string }>(thing: T | null) =>
    thing !== null && thing.pattern !== 'plain' ? thing : null;
  const colour = (value: ColourName | null | undefined) => (value ? told(value) : 'none');
  return {
    class: subject?.kind ?? 'none',
    bodyColour: colour(subject?.body),
    pattern: subject?.pattern ?? 'none',
    secondColour: colour(patterned(subject)?.second),
    accentColour: maker?.traits.hatHidesAccent && hat ? 'none' : colour(subject?.accent),
    ears: subject?.ears ?? 'none',
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

/** Everything that a picture of the drawing shows, in the values of {@link figureAttributes}. */
export function attributesOf({ figures, scene, style }: Drawing): Attributes {
  const told = (colour: ColourName) => (styles[style.kind].shows(style, colour) ? colour : 'none');
  return {
    left: attributesOfFigure(figures[0], told),
    right: attributesOfFigure(figures[1], told),
    scene: scene.kind,
    style: style.kind,
  };
}

/** For each attribute of {@link attributeList}, the place of the drawing's value among its values. */
export function attributeIndices(drawing: Drawing): readonly number[] {
  const { left, right, scene, style } = attributesOf(drawing);
  const values = [...names.map((name) => left[name]), ...names.map((name) => right[name]), scene, style];
  return values.map((value, at) => attributeList[at]!.values.indexOf(value));
}
