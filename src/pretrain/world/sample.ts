import { type ColourName, colourNames, distance, palette } from './colour.ts';
import type { Drawing, Hat, Placement, Scene, Style, Subject } from './drawing.ts';
import { hatKinds } from './hats/index.ts';
import { isHeldOut } from './held-out.ts';
import { patterns } from './pattern.ts';
import { between, chance, pick, type Random } from './random.ts';
import { sceneKinds, scenes } from './scenes/index.ts';
import { styleKinds, styles } from './styles/index.ts';
import { subjectKinds, subjects } from './subjects/index.ts';

/** How often pictures show no subject: a scene alone, or a hat alone in it. */
const SCENE_ALONE = 0.05;
const HAT_ALONE = 0.05;
const HATTED = 0.45;
const PLAIN_STYLE = 0.46;

/** Two named colours closer than this are hard to tell apart side by side. */
const CLEARLY_APART = 95;

function colourBeside(random: Random, ...others: readonly ColourName[]): ColourName {
  const apart = (name: ColourName) =>
    others.every((other) => distance(palette[name], palette[other]) >= CLEARLY_APART);
  return pick(random, colourNames.filter(apart));
}

export function sampleSubject(random: Random): Subject {
  const kind = pick(random, subjectKinds);
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

export function sampleHat(random: Random, ...beside: readonly ColourName[]): Hat {
  const colour = colourBeside(random, ...beside);
  return {
    kind: pick(random, hatKinds),
    colour,
    trim: colourBeside(random, colour),
    striped: chance(random, 0.4),
  };
}

export function samplePlacement(random: Random): Placement {
  return {
    x: between(random, -1, 1),
    size: between(random, 0, 1),
    facing: pick(random, ['left', 'right'] as const),
  };
}

export function sampleScene(random: Random, kind = pick(random, sceneKinds)): Scene {
  return { kind, ...scenes[kind].sample(random) };
}

export function sampleStyle(random: Random): Style {
  const others = styleKinds.filter((kind) => kind !== 'plain');
  const kind = chance(random, PLAIN_STYLE) ? 'plain' : pick(random, others);
  return { kind, ...styles[kind].sample(random) };
}

function anyDrawing(random: Random): Drawing {
  const what = random();
  const subject = what < SCENE_ALONE + HAT_ALONE ? null : sampleSubject(random);
  const hatted = subject ? chance(random, HATTED) : what < HAT_ALONE;
  return {
    subject,
    hat: hatted ? sampleHat(random, ...(subject ? [subject.body] : [])) : null,
    placement: samplePlacement(random),
    scene: sampleScene(random),
    style: sampleStyle(random),
  };
}

/** A drawing of the training world: anything but what the demo's concepts hold out. */
export function sampleDrawing(random: Random): Drawing {
  for (;;) {
    const drawing = anyDrawing(random);
    if (!isHeldOut(drawing)) return drawing;
  }
}
