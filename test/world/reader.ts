import type { Drawing, Figure } from '../../src/world/drawing.ts';

/** Reads captions without knowing how they are made: every claim in one, as a sentence that names it and whether it holds. */
export interface Claim {
  readonly claim: string;
  readonly holds: boolean;
}

const list = (words: string): readonly string[] => words.split(' ');
const classes = list('dog cat horse lighthouse bird house car tree');
const colours = list('red orange yellow green teal blue purple pink brown black white grey');
const adjectives = list('striped spotted patched pointed floppy party top tall woolly');
const neutral = list(
  'a an the of in at on by and with to up as photo picture drawing image rendering sketch painting style good nice drawn colour lights',
);
const patterns: Record<string, string> = { striped: 'stripes', spotted: 'spots', patched: 'patches' };
const scenes: Record<string, string> = {
  park: 'park',
  snow: 'snow',
  winter: 'snow',
  beach: 'beach',
  sea: 'beach',
  city: 'city',
  town: 'city',
  night: 'night',
  desert: 'desert',
  forest: 'forest',
};
const styles: Record<string, string> = {
  pencil: 'pencil',
  neon: 'neon',
  watercolour: 'watercolour',
  watercolor: 'watercolour',
  mosaic: 'mosaic',
  chalk: 'chalk',
  sketchbook: 'plain',
  flat: 'plain',
};
const hats: Record<string, string> = {
  'party hat': 'party',
  'top hat': 'top',
  'tall hat': 'top',
  'woolly hat': 'beanie',
  beanie: 'beanie',
  cap: 'cap',
};
const sights: Record<string, readonly string[]> = {
  trees: ['tree', 'fir', 'trunk'],
  fence: ['fence'],
  pond: ['pond'],
  flowers: ['flower'],
  path: ['path'],
  palm: ['palm'],
  umbrella: ['umbrella'],
  boat: ['boat'],
  sun: ['sun'],
  moon: ['moon', 'crescent'],
  stars: ['star'],
  cacti: ['cactus'],
  mushrooms: ['toadstool'],
};
const accents: Record<string, readonly string[]> = {
  ears: ['dog', 'cat'],
  mane: ['horse'],
  wings: ['bird'],
  wheels: ['car'],
  trunk: ['tree'],
  roof: ['house', 'lighthouse'],
};

/** Words of a caption that speak of one figure. */
type Span = readonly string[];

/** The noun that "with … stripes" follows. */
function ownerOf(span: Span, at: number): 'scarf' | 'ball' | 'subject' {
  const before = span.slice(0, at).filter((word) => !colours.includes(word) && word !== 'with');
  const noun = before.at(-1);
  return noun === 'scarf' || noun === 'ball' ? noun : 'subject';
}

function patternOf(figure: Figure, span: Span, at: number) {
  const owner = ownerOf(span, at);
  if (owner === 'subject') return { pattern: figure.subject?.pattern, colour: figure.subject?.second };
  return { pattern: figure[owner]?.pattern, colour: figure[owner]?.trim };
}

function colourOf(figure: Figure, span: Span, noun: string, at: number): string | null | undefined {
  const { subject, hat, scarf, ball } = figure;
  if (classes.includes(noun)) return subject?.body;
  if (Object.values(patterns).includes(noun)) return patternOf(figure, span, at).colour;
  if (noun in accents) return subject?.accent;
  if (noun === 'collar') return subject?.collar;
  if (noun === 'scarf') return scarf?.colour;
  if (noun === 'ball') return ball?.colour;
  if (list('hat cap beanie').includes(noun)) return hat?.colour;
  if (list('pompom band peak').includes(noun)) return hat?.trim;
  return undefined;
}

function isVisible({ style }: Drawing, colour: string): boolean {
  if (style.kind === 'pencil') return style.tint >= 0.5;
  if (style.kind === 'chalk') return colour !== 'black';
  return style.kind !== 'neon' || !list('black brown grey').includes(colour);
}

function adjectiveHolds({ subject, hat, scarf, ball }: Figure, adjective: string, noun: string): boolean {
  if (adjective === 'pointed' || adjective === 'floppy')
    return noun === 'ears' && subject?.ears === adjective;
  if (!(adjective in patterns)) return noun === 'hat';
  if (classes.includes(noun)) return subject?.pattern === patterns[adjective];
  if (noun === 'scarf') return scarf?.pattern === patterns[adjective];
  if (noun === 'ball') return ball?.pattern === patterns[adjective];
  return adjective === 'striped' && hat?.striped === true;
}

function partHolds(figure: Figure, span: Span, at: number): boolean | undefined {
  const { subject, hat, scarf, ball, placement } = figure;
  const word = span[at]!;
  if (classes.includes(word)) return subject?.kind === word;
  if (Object.values(patterns).includes(word)) return patternOf(figure, span, at).pattern === word;
  if (word === 'roof' && subject?.kind === 'lighthouse') return !hat;
  if (word === 'ears' && subject?.ears === 'pointed' && hat) return hat.kind === 'party';
  if (word in accents) return accents[word]!.includes(subject?.kind ?? '');
  const parts: Record<string, boolean> = {
    collar: Boolean(subject?.collar && !scarf),
    wearing: Boolean(subject && (hat || scarf)),
    playing: Boolean(subject && ball) && span.slice(at).includes('ball'),
    hat: hat !== null,
    scarf: scarf !== null,
    ball: ball !== null,
    beanie: hat !== null,
    cap: hat !== null,
    pompom: hat?.kind === 'party' || hat?.kind === 'beanie',
    band: hat?.kind === 'top',
    peak: hat?.kind === 'cap',
    close: placement.size >= 0.6,
  };
  return parts[word];
}

function figureClaims(drawing: Drawing, figure: Figure, span: Span): Claim[] {
  const text = ` ${span.join(' ')} `;
  const claims = span.flatMap((word, at): Claim[] => {
    const noun = span.slice(at + 1).find((next) => ![...adjectives, ...colours].includes(next)) ?? '';
    const nounAt = span.indexOf(noun, at + 1);
    if (colours.includes(word)) {
      const holds = colourOf(figure, span, noun, nounAt) === word && isVisible(drawing, word);
      return [{ claim: `${word} ${noun}`, holds }];
    }
    if (adjectives.includes(word))
      return [{ claim: `${word} ${noun}`, holds: adjectiveHolds(figure, word, noun) }];
    const part = partHolds(figure, span, at);
    return part === undefined ? [] : [{ claim: word, holds: part }];
  });
  const named = Object.keys(hats).filter((name) => text.includes(` ${name} `));
  return [...claims, ...named.map((name) => ({ claim: name, holds: figure.hat?.kind === hats[name] }))];
}

const subjectWords: ReadonlySet<string> = new Set([
  ...classes,
  ...colours,
  ...adjectives,
  ...Object.values(patterns),
  ...Object.keys(accents),
  ...list('collar wearing playing hat scarf ball beanie cap pompom band peak close'),
]);

function wholeClaims({ scene, style, figures }: Drawing, words: Span): Claim[] {
  return words.flatMap((word, at): Claim[] => {
    const next = words[at + 1] ?? '';
    const beside = word === 'beside' || (word === 'next' && next === 'to');
    const other = words.slice(at + 1).find((later) => classes.includes(later) || later === 'ball');
    if (beside) return [{ claim: word, holds: other === 'ball' || figures.length === 2 }];
    if (word in scenes) return [{ claim: word, holds: scene.kind === scenes[word] }];
    if (word in styles) return [{ claim: word, holds: style.kind === styles[word] }];
    if (word in sights) {
      const seen = scene.props.filter((prop) => sights[word]!.includes(prop.kind)).length;
      return [{ claim: word, holds: seen >= (word === 'trees' || word === 'cacti' ? 2 : 1) }];
    }
    if (word === 'a' || word === 'an')
      return [{ claim: `${word} ${next}`, holds: /^[aeiou]/.test(next) === (word === 'an') }];
    if (neutral.includes(word) || subjectWords.has(word)) return [];
    return [{ claim: `unknown word ${word}`, holds: false }];
  });
}

/** Where the second figure begins: at the last "next to", "beside" or "and" before its class. */
function secondFigureAt(words: Span, second: number): number {
  const joints = words.map((word, at) => (list('to beside and').includes(word) && at < second ? at : -1));
  return Math.max(...joints);
}

function misses(claims: readonly Claim[]): number {
  return claims.filter(({ holds }) => !holds).length;
}

/** How many figures a caption names by their class. */
export function figuresNamed(caption: string): number {
  return caption.split(' ').filter((word) => classes.includes(word)).length;
}

export function claimsOf(caption: string, drawing: Drawing): Claim[] {
  const words = caption.replace('palm tree', 'palm').split(' ');
  const whole = wholeClaims(drawing, words);
  const named = words.flatMap((word, at) => (classes.includes(word) ? [at] : []));
  const { figures } = drawing;
  if (named.length > 1) {
    const cut = secondFigureAt(words, named[1]!);
    const [first, second] = [words.slice(0, cut), words.slice(cut)];
    const clear = words[cut] !== 'and' || !first.some((word) => word === 'with' || word === 'wearing');
    const two: Claim[] = [
      { claim: 'two figures', holds: figures.length === 2 && named.length === 2 },
      { claim: 'a clear "and"', holds: clear },
    ];
    const [left, right] = figures;
    if (!left || !right) return [...whole, ...two];
    const readings = [
      [...figureClaims(drawing, left, first), ...figureClaims(drawing, right, second)],
      [...figureClaims(drawing, right, first), ...figureClaims(drawing, left, second)],
    ].sort((a, b) => misses(a) - misses(b));
    return [...whole, ...two, ...readings[0]!];
  }
  const [figure] = figures;
  if (figure) return [...whole, ...figureClaims(drawing, figure, words)];
  const spoken = words.filter((word) => subjectWords.has(word));
  return [...whole, ...spoken.map((word) => ({ claim: `${word} of nobody`, holds: false }))];
}
