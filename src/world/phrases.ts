import type { Uniform } from '../random.ts';
import type { ColourName } from './colour.ts';
import type { Drawing, Figure, Hat, Pattern, Subject, Thing } from './drawing.ts';
import { hats } from './hats/index.ts';
import { hiddenByHat } from './hidden.ts';
import type { ThingKind } from './kinds.ts';
import { chance, pick, whole } from './random.ts';
import { styles } from './styles/index.ts';
import type { SubjectMaker } from './subject-maker.ts';
import { subjects } from './subjects/index.ts';

export const patternWordsOf = {
  plain: null,
  stripes: { adjective: 'striped', noun: 'stripes' },
  spots: { adjective: 'spotted', noun: 'spots' },
  patches: { adjective: 'patched', noun: 'patches' },
} as const satisfies Record<Pattern, { adjective: string; noun: string } | null>;

/** How often what a figure wears or has is said. */
const thingNamed = 0.9;
/** How often one of two figures is named by its colour and class alone. */
const brief = 0.55;

/** Mostly "a", sometimes "the", sometimes none, as captions of people have it. */
export function withArticle(random: Uniform, phrase: string): string {
  const roll = random();
  if (roll < 0.12) return phrase;
  if (roll < 0.22) return `the ${phrase}`;
  return indefinite(phrase);
}

/** With "a" or "an", by its first letter. */
export function indefinite(phrase: string): string {
  return `${/^[aeiou]/.test(phrase) ? 'an' : 'a'} ${phrase}`;
}

/** The words that are there, with spaces between. */
export function join(...words: readonly (string | null | false)[]): string {
  return words.filter(Boolean).join(' ');
}

/** The same list, begun at another place. */
function turned<T>(list: readonly T[], start: number): T[] {
  return [...list.slice(start), ...list.slice(0, start)];
}

/** Says what is true of the figures of one drawing, each thing with some probability. */
export function speaker(drawing: Drawing, random: Uniform) {
  const painter = styles[drawing.style.kind];
  const paired = drawing.figures.length > 1;
  const shown = (colour: ColourName, probability: number): ColourName | null =>
    chance(random, probability) && painter.seenAs(drawing.style, colour) === colour ? colour : null;

  function hatPhrase(hat: Hat): string {
    const maker = hats[hat.kind];
    const noun = chance(random, 0.6) ? 'hat' : pick(random, maker.names);
    const trim = shown(hat.trim, paired ? 0 : 0.15);
    return join(
      indefinite(join(shown(hat.colour, 0.65), hat.striped && chance(random, 0.3) && 'striped', noun)),
      trim && `with ${indefinite(`${trim} ${maker.trimPart}`)}`,
    );
  }

  /** The pattern may follow a thing that is named last: "with white spots". */
  function thingPhrase(kind: ThingKind, thing: Thing, last: boolean): string {
    const words = patternWordsOf[thing.pattern];
    const trim = words && last && shown(thing.trim, 0.3);
    const adjective = words && !trim && chance(random, 0.45) && words.adjective;
    return join(
      indefinite(join(shown(thing.colour, 0.75), adjective, kind)),
      words && trim && `with ${trim} ${words.noun}`,
    );
  }

  function features(subject: Subject, figure: Figure): string[] {
    const { accentPart }: SubjectMaker = subjects[subject.kind];
    const pattern = patternWordsOf[subject.pattern];
    const hidden = hiddenByHat(figure);
    const accent = hidden.accent ? null : shown(subject.accent, 0.22);
    const ears = subject.ears && !hidden.ears && chance(random, 0.25) ? subject.ears : null;
    const collar =
      subject.collar && !figure.scarf && chance(random, 0.4)
        ? indefinite(join(shown(subject.collar, 0.85), 'collar'))
        : '';
    const named = ears || accent ? join(ears, accent, accentPart) : '';
    const all = [
      pattern && chance(random, 0.55) ? join(shown(subject.second, 0.8), pattern.noun) : '',
      named && (accentPart.endsWith('s') ? named : indefinite(named)),
      collar,
    ].filter((feature) => feature !== '');
    return turned(all, whole(random, 0, Math.max(0, all.length - 1)));
  }

  function nounPhrase(subject: Subject, list: readonly string[]): string {
    const pattern = patternWordsOf[subject.pattern];
    const saysPattern = pattern && list.some((feature) => feature.includes(pattern.noun));
    const adjective = pattern && !saysPattern && chance(random, 0.25) ? pattern.adjective : null;
    return withArticle(random, join(shown(subject.body, 0.65), adjective, subject.kind));
  }

  /** What a subject wears after "wearing", and what it has after "with" or another word. */
  function belongings(figure: Figure & { readonly subject: Subject }) {
    const { hat, scarf, ball, subject } = figure;
    const said = <T>(thing: T | null): thing is T => thing !== null && chance(random, thingNamed);
    const by = paired || chance(random, 0.7) ? 'wearing' : 'with';
    const having = said(ball)
      ? pick(random, [
          'with',
          'with',
          ...(subjects[subject.kind].neck ? ['playing with'] : []),
          ...(paired ? [] : ['next to', 'beside']),
        ])
      : null;
    const worn = said(hat) ? [hatPhrase(hat)] : [];
    if (said(scarf)) worn.push(thingPhrase('scarf', scarf, having === null));
    return {
      wearing: by === 'wearing' ? worn : [],
      withs: by === 'with' ? worn : [],
      ball: (last: boolean) => (ball && having ? { having, phrase: thingPhrase('ball', ball, last) } : null),
    };
  }

  /** A subject with its looks and belongings; `place` follows, or comes in between. */
  function subjectPhrase(figure: Figure & { readonly subject: Subject }, place: string | null): string {
    if (paired && chance(random, brief)) return join(nounPhrase(figure.subject, []), place);
    const { wearing, withs, ball } = belongings(figure);
    const had = ball(wearing.length === 0);
    const held = had?.having === 'with' ? [had.phrase] : [];
    const room = paired || withs.length + held.length > 0 ? 1 : 2;
    const looks = features(figure.subject, figure).slice(0, room);
    const noun = nounPhrase(figure.subject, looks);
    const all = [...looks, ...withs, ...held];
    const dress = wearing.length > 0 && `wearing ${wearing.join(' and ')}`;
    const toy = had && held.length === 0 && `${had.having} ${had.phrase}`;
    if (all.length === 0 && place && dress && !toy && chance(random, 0.2)) return join(noun, place, dress);
    return join(noun, all.length > 0 && `with ${all.join(' and ')}`, dress, toy, place);
  }

  /** A figure, be it a subject or a thing by itself, followed by its place. */
  function figurePhrase(figure: Figure, place: string | null): string {
    const { subject, hat, scarf, ball } = figure;
    if (subject) return subjectPhrase({ ...figure, subject }, place);
    if (hat) return join(hatPhrase(hat), place);
    return join(scarf ? thingPhrase('scarf', scarf, true) : thingPhrase('ball', ball!, true), place);
  }

  return { figurePhrase };
}
