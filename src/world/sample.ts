import type { Uniform } from '../random.ts';
import { type ColourName, colourNames, distance, palette } from './colour.ts';
import type { Drawing, Figure, Hat, Placement, Scene, Style, Subject, Thing } from './drawing.ts';
import { hatKinds } from './hats/index.ts';
import { isHeldOut } from './held-out/index.ts';
import type { SubjectKind, ThingKind } from './kinds.ts';
import { patterns } from './pattern.ts';
import { between, chance, pick } from './random.ts';
import { sceneKinds, scenes } from './scenes/index.ts';
import { styleKinds, styles } from './styles/index.ts';
import type { SubjectMaker } from './subject-maker.ts';
import { subjectKinds, subjects } from './subjects/index.ts';
import { canWearScarf, things } from './things/index.ts';

/** The subjects that people meet first. */
export const familiarKinds = ['dog', 'cat', 'horse', 'lighthouse'] as const satisfies readonly SubjectKind[];

/** How often a sampled picture, or a figure in it, is or has what the name says. */
export const shares = {
  /** Of all pictures: a scene alone, a hat, a scarf or a ball alone in it, two subjects. */
  sceneAlone: 0.06,
  hatAlone: 0.06,
  scarfAlone: 0.025,
  ballAlone: 0.025,
  pair: 0.2,
  /** Of all subjects. */
  familiar: 0.66,
  hatted: 0.52,
  /** Of subjects that have a neck. */
  scarfed: 0.22,
  withBall: 0.2,
  /** What a figure of two has, as a share of what it would have by itself: there is less room. */
  inPair: 0.6,
  plainStyle: 0.4,
} as const;

/** Two named colours closer than this are hard to tell apart side by side. */
const leastApart = 95;

function colourBeside(random: Uniform, ...others: readonly ColourName[]): ColourName {
  const apart = (name: ColourName) =>
    others.every((other) => distance(palette[name], palette[other]) >= leastApart);
  return pick(random, colourNames.filter(apart));
}

function sampleKind(random: Uniform): SubjectKind {
  const others = subjectKinds.filter((kind) => !familiarKinds.some((familiar) => familiar === kind));
  return pick(random, chance(random, shares.familiar) ? familiarKinds : others);
}

/** Second colour, accent and collar can be told from the body's colour. */
export function sampleSubject(random: Uniform, kind = sampleKind(random)): Subject {
  const { traits } = subjects[kind];
  const body = pick(random, colourNames);
  return {
    kind,
    body,
    second: colourBeside(random, body),
    pattern: pick(random, patterns),
    accent: colourBeside(random, body),
    ears: traits.ears ? pick(random, ['pointed', 'floppy'] as const) : null,
    collar: traits.collar && chance(random, 0.45) ? colourBeside(random, body) : null,
  };
}

/** @param beside colours that it must stand out from */
export function sampleHat(random: Uniform, ...beside: readonly ColourName[]): Hat {
  const colour = colourBeside(random, ...beside);
  return {
    kind: pick(random, hatKinds),
    colour,
    trim: colourBeside(random, colour),
    striped: chance(random, 0.4),
  };
}

/** @param beside colours that it must stand out from */
export function sampleThing(random: Uniform, kind: ThingKind, ...beside: readonly ColourName[]): Thing {
  const colour = colourBeside(random, ...beside);
  return { pattern: pick(random, things[kind].patterns), colour, trim: colourBeside(random, colour) };
}

export function samplePlacement(random: Uniform): Placement {
  return {
    x: between(random, -1, 1),
    size: between(random, 0, 1),
    facing: pick(random, ['left', 'right'] as const),
  };
}

export function sampleScene(random: Uniform, kind = pick(random, sceneKinds)): Scene {
  return { kind, ...scenes[kind].sample(random) };
}

export function sampleStyle(random: Uniform): Style {
  const others = styleKinds.filter((kind) => kind !== 'plain');
  const kind = chance(random, shares.plainStyle) ? 'plain' : pick(random, others);
  return { kind, ...styles[kind].sample(random) };
}

function sampleFigure(random: Uniform, subject: Subject, share = 1): Figure {
  const { traits }: SubjectMaker = subjects[subject.kind];
  const underHat = traits.hatOnAccent ? [subject.body, subject.accent] : [subject.body];
  const scarfed = canWearScarf(subjects[subject.kind]) && chance(random, shares.scarfed * share);
  const wearer = scarfed ? { ...subject, collar: null } : subject;
  const { body } = subject;
  return {
    subject: wearer,
    hat: chance(random, shares.hatted * share) ? sampleHat(random, ...underHat) : null,
    scarf: scarfed ? sampleThing(random, 'scarf', body) : null,
    ball: chance(random, shares.withBall * share) ? sampleThing(random, 'ball', body) : null,
    placement: samplePlacement(random),
  };
}

function clearlyApart(a: Subject, b: Subject): boolean {
  return a.kind !== b.kind || distance(palette[a.body], palette[b.body]) >= leastApart;
}

/** A ball lies on the outer side, where it is plainly its owner's. */
export function outward(figure: Figure, facing: Placement['facing']): Figure {
  return figure.ball ? { ...figure, placement: { ...figure.placement, facing } } : figure;
}

/** Two subjects of different classes or clearly different colours. */
export function samplePair(random: Uniform, first = sampleSubject(random)): readonly Figure[] {
  for (;;) {
    const second = sampleSubject(random);
    if (!clearlyApart(first, second)) continue;
    return [
      outward(sampleFigure(random, first, shares.inPair), 'left'),
      outward(sampleFigure(random, second, shares.inPair), 'right'),
    ];
  }
}

/** A figure with nothing but what is given. */
export function figureOf(random: Uniform, parts: Partial<Figure>): Figure {
  return { subject: null, hat: null, scarf: null, ball: null, placement: samplePlacement(random), ...parts };
}

function sampleFigures(random: Uniform): readonly Figure[] {
  const roll = random();
  const { sceneAlone, hatAlone, scarfAlone, ballAlone, pair } = shares;
  if (roll < sceneAlone) return [];
  if (roll < sceneAlone + hatAlone) return [figureOf(random, { hat: sampleHat(random) })];
  if (roll < sceneAlone + hatAlone + scarfAlone)
    return [figureOf(random, { scarf: sampleThing(random, 'scarf') })];
  if (roll < sceneAlone + hatAlone + scarfAlone + ballAlone)
    return [figureOf(random, { ball: sampleThing(random, 'ball') })];
  if (roll > 1 - pair) return samplePair(random);
  return [sampleFigure(random, sampleSubject(random))];
}

function anyDrawing(random: Uniform): Drawing {
  return {
    figures: sampleFigures(random),
    scene: sampleScene(random),
    style: sampleStyle(random),
  };
}

/** A drawing of the training world: anything but what is held out for teaching. */
export function sampleDrawing(random: Uniform): Drawing {
  for (;;) {
    const drawing = anyDrawing(random);
    if (!isHeldOut(drawing)) return drawing;
  }
}
