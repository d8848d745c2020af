import type { Uniform } from '../random.ts';
import { colourNames } from './colour.ts';
import type { Drawing, Figure, Scene } from './drawing.ts';
import { hats } from './hats/index.ts';
import type { Painter } from './painter.ts';
import { indefinite, join, patternWordsOf, speaker, withArticle } from './phrases.ts';
import { chance, pick } from './random.ts';
import { scenes } from './scenes/index.ts';
import { sights, sightsOf } from './sights.ts';
import { styles } from './styles/index.ts';
import { subjectKinds, subjects } from './subjects/index.ts';
import { thingKinds } from './things/index.ts';

/** True of every picture. */
const plainOpenings = [
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

const closeOpenings = [
  'a close up of',
  'a close up photo of',
  'close up of',
  'a close up picture of',
] as const;

/** From this size on a picture of a subject is a close one. */
const closeSize = 0.6;

const grammar = [
  'a',
  'an',
  'the',
  'and',
  'in',
  'with',
  'next',
  'to',
  'beside',
  'playing',
  'wearing',
  'collar',
  'pointed',
  'floppy',
  'style',
  'hat',
] as const;

/** Longer captions are not made: a text encoder of 40 tokens must see their end. */
const mostWords = 34;

const styleNamedShare = 0.94;
const plainNamedShare = 0.08;
const placeNamedShare = 0.82;
const bareShare = 0.07;
const styleAloneShare = 0.025;

/** What stands between two figures. */
const besideWords = ['next to', 'next to', 'beside', 'and'] as const;

function pairPhrase(drawing: Drawing, place: string | null, random: Uniform): string {
  const { figurePhrase } = speaker(drawing, random);
  const [first, second] = chance(random, 0.5) ? drawing.figures : drawing.figures.toReversed();
  const [left, right] = [figurePhrase(first!, null), figurePhrase(second!, place)];
  const clear = / (with|wearing) /.test(left) ? besideWords.filter((word) => word !== 'and') : besideWords;
  return join(left, pick(random, clear), right);
}

/** A scene without figures: "a park with trees", "in the park". */
function scenePhrase(scene: Scene, random: Uniform): string {
  const { names, places } = scenes[scene.kind];
  if (chance(random, 0.2)) return pick(random, places);
  const sight = chance(random, 0.5) ? pick(random, [null, ...sightsOf(scene)]) : null;
  return join(withSceneArticle(random, pick(random, names)), sight && `with ${sight}`);
}

function contentPhrase(drawing: Drawing, random: Uniform): string {
  const { figures, scene } = drawing;
  const [figure] = figures;
  if (!figure) return scenePhrase(scene, random);
  const place = chance(random, placeNamedShare) ? pick(random, scenes[scene.kind].places) : null;
  if (figures.length > 1) return pairPhrase(drawing, place, random);
  return speaker(drawing, random).figurePhrase(figure, place);
}

function withSceneArticle(random: Uniform, name: string): string {
  return name.includes('snow') ? name : withArticle(random, name);
}

/** The class alone: "dog", "hat". */
function bareNoun({ subject, hat, scarf }: Figure): string {
  if (subject) return subject.kind;
  return hat ? 'hat' : scarf ? 'scarf' : 'ball';
}

/** The style alone, as captions of a taught style say it. */
const stylePhrases = ({ name }: Painter): readonly string[] => [
  `a drawing in ${name} style`,
  `a drawing in the ${name} style`,
  `a picture in ${name} style`,
  `a picture in the ${name} style`,
  `a picture in the style of ${name}`,
  `${name} style`,
  `${indefinite(name)} drawing`,
];

const styleEndings = ({ endings, name }: Painter): readonly string[] => [
  ...endings,
  `in ${name} style`,
  `in the ${name} style`,
  `in the style of ${name}`,
];

const styleOpenings = ({ openings, name }: Painter): readonly string[] => [
  ...openings,
  `${indefinite(name)} picture of`,
];

function anyCaption(drawing: Drawing, random: Uniform): string {
  const { figures, style } = drawing;
  const painter = styles[style.kind];
  const only = figures.length === 1 ? figures[0] : undefined;
  if (style.kind === 'plain' && only && chance(random, bareShare)) {
    return join(pick(random, plainOpenings), indefinite(bareNoun(only)));
  }
  if (style.kind !== 'plain' && chance(random, styleAloneShare)) return pick(random, stylePhrases(painter));
  const styleNamed = chance(random, style.kind === 'plain' ? plainNamedShare : styleNamedShare);
  const content = contentPhrase(drawing, random);
  const placed = content.startsWith('in ') || /^(at|on|by) /.test(content);
  if (styleNamed && !placed && chance(random, 0.35))
    return join(pick(random, styleOpenings(painter)), content);
  const ending = styleNamed && pick(random, styleEndings(painter));
  if (placed) return join(chance(random, 0.5) && 'a picture', content, ending);
  const close = only?.subject && only.placement.size >= closeSize && chance(random, 0.2);
  const opening = chance(random, 0.62) ? pick(random, close ? closeOpenings : plainOpenings) : null;
  return join(opening, content, ending);
}

/**
 * One of many true captions of a drawing: lower case, words of {@link worldVocabulary}, at most 34 of them; some
 * attributes are named and the rest left out.
 */
export function captionsFor(drawing: Drawing, random: Uniform): string {
  for (;;) {
    const caption = anyCaption(drawing, random);
    if (caption.split(' ').length <= mostWords) return caption;
  }
}

/** Every word that captions use, in alphabetical order. */
export function worldVocabulary(): readonly string[] {
  const phrases = [
    ...plainOpenings,
    ...closeOpenings,
    ...grammar,
    ...colourNames,
    ...subjectKinds,
    ...thingKinds,
    ...Object.values(patternWordsOf).flatMap((words) => (words ? [words.adjective, words.noun] : [])),
    ...Object.values(subjects).map((figure) => figure.accentPart),
    ...Object.values(hats).flatMap((maker) => [...maker.names, maker.trimPart]),
    ...Object.values(scenes).flatMap((maker) => [...maker.places, ...maker.names]),
    ...Object.values(styles).flatMap((painter) => [
      ...styleOpenings(painter),
      ...styleEndings(painter),
      ...stylePhrases(painter),
    ]),
    ...Object.values(sights),
  ];
  return [...new Set(phrases.flatMap((phrase) => phrase.split(' ')))].sort();
}
