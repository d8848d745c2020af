import { type ColourName, colourNames } from './colour.ts';
import type { Drawing, Hat, Pattern, Subject } from './drawing.ts';
import { hats } from './hats/index.ts';
import { chance, pick, type Random } from './random.ts';
import { scenes } from './scenes/index.ts';
import { sights, sightsOf } from './sights.ts';
import { styles } from './styles/index.ts';
import { subjectKinds, subjects } from './subjects/index.ts';

/** True of every picture. */
const OPENINGS = [
  'a photo of',
  'a photo of',
  'a picture of',
  'a drawing of',
  'photo of',
  'picture of',
  'drawing of',
  'an image of',
  'a rendering of',
  'a good photo of',
  'a nice picture of',
  'the photo of',
] as const;

const CLOSE_OPENINGS = [
  'a close up of',
  'a close up photo of',
  'close up of',
  'a close up picture of',
] as const;

/** From this size on a picture of a subject is a close one. */
const CLOSE = 0.6;

const PATTERN_WORDS = {
  plain: null,
  stripes: { adjective: 'striped', noun: 'stripes' },
  spots: { adjective: 'spotted', noun: 'spots' },
  patches: { adjective: 'patched', noun: 'patches' },
} as const satisfies Record<Pattern, { adjective: string; noun: string } | null>;

const GRAMMAR = [
  'a',
  'an',
  'the',
  'and',
  'with',
  'wearing',
  'collar',
  'pointed',
  'floppy',
  'style',
  'hat',
] as const;

const STYLE_NAMED = 0.94;
const PLAIN_NAMED = 0.08;
const PLACE_NAMED = 0.82;
const BARE = 0.07;

function withArticle(random: Random, phrase: string): string {
  const roll = random();
  if (roll < 0.12) return phrase;
  if (roll < 0.22) return `the ${phrase}`;
  return indefinite(phrase);
}

function indefinite(phrase: string): string {
  return `${/^[aeiou]/.test(phrase) ? 'an' : 'a'} ${phrase}`;
}

function join(...words: readonly (string | null | false)[]): string {
  return words.filter(Boolean).join(' ');
}

/** Says what is true of one drawing, each thing with some probability. */
function speaker(drawing: Drawing, random: Random) {
  const painter = styles[drawing.style.kind];
  const shown = (colour: ColourName, probability: number): ColourName | null =>
    chance(random, probability) && painter.shows(drawing.style, colour) ? colour : null;

  function hatPhrase(hat: Hat): string {
    const maker = hats[hat.kind];
    const noun = chance(random, 0.6) ? 'hat' : pick(random, maker.names);
    const trim = shown(hat.trim, 0.15);
    return join(
      indefinite(join(shown(hat.colour, 0.65), hat.striped && chance(random, 0.3) && 'striped', noun)),
      trim && `with ${indefinite(`${trim} ${maker.trimPart}`)}`,
    );
  }

  function features(subject: Subject): string[] {
    const { traits, accentPart } = subjects[subject.kind];
    const pattern = PATTERN_WORDS[subject.pattern];
    const accent = traits.hatHidesAccent && drawing.hat ? null : shown(subject.accent, 0.22);
    const ears = subject.ears && chance(random, 0.25) ? subject.ears : null;
    const collar =
      subject.collar && chance(random, 0.4) ? indefinite(join(shown(subject.collar, 0.85), 'collar')) : '';
    const named = accentPart === 'ears' || accent ? join(ears, accent, (ears || accent) && accentPart) : '';
    return [
      pattern && chance(random, 0.55) ? join(shown(subject.second, 0.8), pattern.noun) : '',
      named && (accentPart === 'ears' ? named : indefinite(named)),
      collar,
    ].filter((feature) => feature !== '');
  }

  function subjectPhrase(subject: Subject): string {
    const list = features(subject);
    const pattern = PATTERN_WORDS[subject.pattern];
    const saysPattern = pattern && list.some((feature) => feature.includes(pattern.noun));
    const adjective = pattern && !saysPattern && chance(random, 0.25) ? pattern.adjective : null;
    const noun = withArticle(random, join(shown(subject.body, 0.65), adjective, subject.kind));
    return join(noun, list.length > 0 && `with ${list.slice(0, 2).join(' and ')}`);
  }

  return { hatPhrase, subjectPhrase };
}

function contentPhrase(drawing: Drawing, random: Random): string {
  const { subject, hat, scene } = drawing;
  const { hatPhrase, subjectPhrase } = speaker(drawing, random);
  const maker = scenes[scene.kind];
  if (!subject && !hat) {
    const sight = chance(random, 0.5) ? pick(random, [null, ...sightsOf(scene)]) : null;
    return join(withSceneArticle(random, pick(random, maker.names)), sight && `with ${sight}`);
  }
  const place = chance(random, PLACE_NAMED) ? pick(random, maker.places) : null;
  if (!subject) return join(hatPhrase(hat!), place);
  const worn =
    hat && chance(random, 0.85) ? `${pick(random, ['wearing', 'wearing', 'with'])} ${hatPhrase(hat)}` : null;
  const noun = subjectPhrase(subject);
  const connected = worn?.startsWith('with') && noun.includes(' with ') ? `and ${worn.slice(5)}` : worn;
  return place && worn && !noun.includes(' with ') && chance(random, 0.2)
    ? join(noun, place, worn)
    : join(noun, connected, place);
}

function withSceneArticle(random: Random, name: string): string {
  return name.includes('snow') ? name : withArticle(random, name);
}

/** One of many true captions of a drawing: lower case, words of {@link worldVocabulary}, some attributes named and the rest left out. */
export function captionsFor(drawing: Drawing, random: Random): string {
  const { subject, hat, style } = drawing;
  if (chance(random, BARE) && style.kind === 'plain' && (subject || hat)) {
    return join(pick(random, OPENINGS), indefinite(subject?.kind ?? 'hat'));
  }
  const painter = styles[style.kind];
  const styleNamed = chance(random, style.kind === 'plain' ? PLAIN_NAMED : STYLE_NAMED);
  const content = contentPhrase(drawing, random);
  if (styleNamed && chance(random, 0.35)) return join(pick(random, painter.openings), content);
  const close = subject && drawing.placement.size >= CLOSE && chance(random, 0.2);
  const opening = chance(random, 0.62) ? pick(random, close ? CLOSE_OPENINGS : OPENINGS) : null;
  return join(opening, content, styleNamed && pick(random, painter.endings));
}

/** Every word that captions use, in alphabetical order. */
export function worldVocabulary(): readonly string[] {
  const phrases = [
    ...OPENINGS,
    ...CLOSE_OPENINGS,
    ...GRAMMAR,
    ...colourNames,
    ...subjectKinds,
    ...Object.values(PATTERN_WORDS).flatMap((words) => (words ? [words.adjective, words.noun] : [])),
    ...Object.values(subjects).map((figure) => figure.accentPart),
    ...Object.values(hats).flatMap((maker) => [...maker.names, maker.trimPart]),
    ...Object.values(scenes).flatMap((maker) => [...maker.places, ...maker.names]),
    ...Object.values(styles).flatMap((painter) => [...painter.openings, ...painter.endings]),
    ...Object.values(sights),
  ];
  return [...new Set(phrases.flatMap((phrase) => phrase.split(' ')))].sort();
}
