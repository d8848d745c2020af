import type { ConceptKind } from '../../concept.ts';
import type { CaptionRequest } from './captioner.ts';
import { indefinite, phraseOf, type Seen, tieTo } from './seen.ts';

const mostDescriptionWords = 20;

type Named = Pick<CaptionRequest, 'token' | 'classWord'>;

/** Captions of each kind of concept. Their words are the commonest, since a small model knows no others. */
const plain = {
  subject({ token, classWord }, seen) {
    const say = (article: string) =>
      phraseOf('subject', `${token} ${classWord}`, seen, tieTo(classWord), (noun) => `${article} ${noun}`);
    const [a, the] = [say('a'), say('the')];
    return [a, the, `a photo of ${a}`, `a picture of ${a}`, `a picture of ${the}`, `a close up of ${a}`];
  },
  style({ token }, { companion }) {
    const frames = companion
      ? ['X style', 'the X style', 'the style of X'].flatMap((style) =>
          ['', 'a picture of '].map((opening) => `${opening}${indefinite(companion)} in ${style}`),
        )
      : [
          'a drawing in X style',
          'a drawing in the X style',
          'a picture in X style',
          'a picture in the X style',
          'a picture in the style of X',
          'X style',
        ];
    return frames.map((frame) => frame.replace('X', () => token));
  },
  scene({ token, classWord }, seen) {
    const there = phraseOf('scene', `${token} ${classWord}`, seen);
    const frames = seen.companion
      ? ['X', 'a photo of X', 'a picture of X', 'a drawing of X']
      : ['X', 'in X', 'the X', 'a photo of the X', 'a picture of X', 'a picture in X'];
    return frames.map((frame) => frame.replace('X', () => there));
  },
} satisfies Record<ConceptKind, (named: Named, seen: Seen) => string[]>;

/** Captions that say what the user typed: `about` is one phrase, `joined` the same as it follows a noun. */
const described = {
  subject: ({ token, classWord }, { joined }) => [
    `a ${token} ${classWord}${joined}`,
    `a photo of a ${token} ${classWord}${joined}`,
    `a picture of a ${token} ${classWord}${joined}`,
  ],
  style: () => [],
  scene: ({ token, classWord }, { about, joined }) => [
    `${about} in ${token} ${classWord}`,
    `a picture of ${token} ${classWord}${joined}`,
    `a photo of the ${token} ${classWord}${joined}`,
  ],
} satisfies Record<ConceptKind, (named: Named, description: { about: string; joined: string }) => string[]>;

/**
 * The captions that templates give a picture of a concept, each different. What the user typed is not in them: see
 * {@link describedTemplates}.
 * @param seen what else the picture shows
 */
export function templates(
  { kind, ...named }: Named & Pick<CaptionRequest, 'kind'>,
  seen: Seen = {},
): readonly string[] {
  return plain[kind](named, seen);
}

/**
 * Captions with what the user typed of a concept, each different; none where that is nothing. They tell which
 * weights answer to it, but are not trained on: words that say what a thing looks like would learn what its token is to
 * learn. A style has none: the colours in its description are then colours of things, and the weights chosen those that paint them.
 */
export function describedTemplates({
  description,
  kind,
  ...named
}: Named & Pick<CaptionRequest, 'kind' | 'description'>): readonly string[] {
  const about = phrase(description ?? '');
  if (about === '') return [];
  const joined = /^(and|as|at|by|from|in|near|of|on|over|under|wearing|with)\b/i.test(about)
    ? ` ${about}`
    : `, ${about}`;
  return described[kind](named, { about, joined });
}

/** The first words of a description, without what could end a sentence or name another concept. */
function phrase(description: string): string {
  return description
    .replace(/[<>\p{C}]/gu, ' ')
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, mostDescriptionWords)
    .join(' ')
    .replace(/[\s.,;:!?]+$/, '');
}
