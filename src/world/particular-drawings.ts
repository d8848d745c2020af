import type { Uniform } from '../random.ts';
import type { Drawing, Figure } from './drawing.ts';
import { type Particular, particulars } from './held-out/index.ts';
import { chance, pick } from './random.ts';
import { figureOf, outward, sampleDrawing } from './sample.ts';
import type { SubjectMaker } from './subject-maker.ts';
import { subjects } from './subjects/index.ts';
import { canWearScarf } from './things/index.ts';

/** How often one more particular thing is put into the same picture. */
const another = 0.4;

type Owned = Exclude<Particular, { readonly of: 'style' | 'scene' }>;

/** A drawing that shows one or more of the things that only teaching shows, in surroundings of the training world. */
export function sampleParticularDrawing(random: Uniform): Drawing {
  let drawing = sampleDrawing(random);
  do drawing = withParticular(random, drawing, pick(random, particulars));
  while (chance(random, another));
  return drawing;
}

function withParticular(random: Uniform, drawing: Drawing, particular: Particular): Drawing {
  switch (particular.of) {
    case 'style':
      return { ...drawing, style: particular.style };
    case 'scene':
      return { ...drawing, scene: particular.scene.sample(random) };
    default:
      return { ...drawing, figures: figuresWith(random, drawing.figures, particular) };
  }
}

/** One of the figures has it; where none can, it lies there by itself. */
function figuresWith(random: Uniform, figures: readonly Figure[], particular: Owned): readonly Figure[] {
  const able = figures.flatMap((figure, at) => (canHave(figure, particular) ? [at] : []));
  if (able.length === 0) return [figureOf(random, partOf(particular))];
  const owner = pick(random, able);
  const figure = { ...figures[owner]!, ...partOf(particular) };
  const dressed = wearsScarf(figure) ? figure : { ...figure, scarf: null };
  const placed = figures.length > 1 ? outward(dressed, owner === 0 ? 'left' : 'right') : dressed;
  return figures.with(owner, placed);
}

function canHave(figure: Figure, { of }: Owned): boolean {
  if (of === 'subject') return true;
  if (!figure.subject) return figure[of] !== null;
  return of !== 'scarf' || wearsScarf(figure);
}

function wearsScarf({ subject }: Figure): boolean {
  return !subject || canWearScarf(subjects[subject.kind] as SubjectMaker);
}

function partOf(particular: Owned): Partial<Figure> {
  if (particular.of === 'subject') return { subject: particular.subject };
  if (particular.of === 'hat') return { hat: particular.hat };
  return { [particular.of]: particular.thing };
}
