import type { Uniform } from '../../random.ts';
import {
  canWearScarf,
  type Drawing,
  type EvaluationConcept,
  type Figure,
  outward,
  type SubjectKind,
  type SubjectMaker,
  seededRandom,
  subjects,
} from '../../world/index.ts';
import { soughtOf } from '../concept-attributes.ts';
import type { EvaluationSettings } from '../settings.ts';
import type { Wording } from '../wording.ts';
import { partOf, type Script, staged, stagedAnywhere } from './script.ts';

/** A prompt that names several concepts. */
export interface MultiScript extends Script {
  readonly concepts: readonly EvaluationConcept[];
}

/** How many concepts the prompts combine. */
export const multiSizes = [2, 3, 4] as const;

type Role = 'subject' | 'other' | 'thing' | 'scene' | 'style';
type Cast = Partial<Record<Role, EvaluationConcept>> & { readonly subject: EvaluationConcept };

/** Which roles are played together, by the number of concepts; the first subject has the thing. */
const casts: Readonly<Record<(typeof multiSizes)[number], readonly (readonly Role[])[]>> = {
  2: [
    ['subject', 'thing'],
    ['subject', 'other'],
    ['subject', 'scene'],
    ['subject', 'style'],
  ],
  3: [
    ['subject', 'thing', 'scene'],
    ['subject', 'other', 'scene'],
    ['subject', 'thing', 'style'],
    ['subject', 'scene', 'style'],
    ['subject', 'other', 'thing'],
    ['subject', 'other', 'style'],
  ],
  4: [
    ['subject', 'thing', 'scene', 'style'],
    ['subject', 'other', 'thing', 'scene'],
    ['subject', 'other', 'scene', 'style'],
    ['subject', 'other', 'thing', 'style'],
  ],
};

/**
 * So many prompts of each size with concepts out of those given, as far as they go: a subject wearing or having a thing,
 * beside another subject, in a scene, in a style. The same list and seed give the same prompts, each a different one.
 */
export function multiScripts(
  concepts: readonly EvaluationConcept[],
  { multiPrompts: count, seed }: Pick<EvaluationSettings, 'multiPrompts' | 'seed'>,
): readonly MultiScript[] {
  return multiSizes.flatMap((size) => {
    const possible = casts[size].filter((roles) => canBePlayed(roles, concepts));
    const random = seededRandom(size + 50 * seed);
    const scripts = new Map<string, MultiScript>();
    for (let tries = 0; possible.length > 0 && scripts.size < count && tries < 20 * count; tries++) {
      const roles = possible[scripts.size % possible.length] as readonly Role[];
      const cast = castOf(roles, concepts, random);
      scripts.set(roles.map((role) => cast[role]?.token).join(), scriptOf(cast));
    }
    return [...scripts.values()];
  });
}

function canBePlayed(roles: readonly Role[], concepts: readonly EvaluationConcept[]): boolean {
  const others = concepts.filter((concept) => plays('other', concept)).length;
  return (
    roles.every((role) => candidates(role, roles, concepts).length > 0) &&
    (!roles.includes('other') || others > 1)
  );
}

/** Only who has a neck wears a scarf or plays with a ball. */
function candidates(role: Role, roles: readonly Role[], concepts: readonly EvaluationConcept[]) {
  const able = concepts.filter((concept) => plays(role, concept));
  if (role !== 'subject' || !roles.includes('thing')) return able;
  return able.filter(({ classWord }) => canWearScarf(subjects[classWord as SubjectKind] as SubjectMaker));
}

function plays(role: Role, { kind, particular }: EvaluationConcept): boolean {
  if (role === 'scene' || role === 'style') return kind === role;
  const isSubject = particular.of === 'subject';
  return kind === 'subject' && (role === 'thing' ? !isSubject : isSubject);
}

function castOf(roles: readonly Role[], concepts: readonly EvaluationConcept[], random: Uniform): Cast {
  const cast: Partial<Record<Role, EvaluationConcept>> = {};
  for (const role of roles) {
    const taken = Object.values(cast);
    const free = candidates(role, roles, concepts).filter((concept) => !taken.includes(concept));
    cast[role] = free[Math.floor(random() * free.length)] as EvaluationConcept;
  }
  return cast as Cast;
}

function scriptOf({ subject, other, thing, scene, style }: Cast): MultiScript {
  const first: Partial<Figure> = { ...partOf(subject), ...(thing && partOf(thing)) };
  const staging = { figures: other ? [first, partOf(other)] : [first], place: scene, style };
  const drawing = staged(staging, seededRandom(1));
  const inFirst = [subject, thing, scene, style].filter((concept) => concept !== undefined);
  return {
    concepts: [subject, other, thing, scene, style].filter((concept) => concept !== undefined),
    text: (say) =>
      [
        `a ${say.thing(subject)}`,
        thing && having(thing, say),
        other && `next to a ${say.thing(other)}`,
        scene && say.place(scene),
        style && say.style(style),
      ]
        .filter(Boolean)
        .join(' '),
    sought: [
      ...inFirst.map((concept) => soughtOf(concept, drawing)),
      ...(other ? [soughtOf(other, drawing, 1)] : []),
    ],
    drawing: (random) => ballOutside(stagedAnywhere(staging, random)),
  };
}

/** Between two figures a ball would be anybody's. */
function ballOutside(drawing: Drawing): Drawing {
  const [first, second] = drawing.figures;
  return first && second ? { ...drawing, figures: [outward(first, 'left'), second] } : drawing;
}

function having(thing: EvaluationConcept, say: Wording): string {
  return `${thing.particular.of === 'ball' ? 'playing with' : 'wearing'} a ${say.thing(thing)}`;
}
