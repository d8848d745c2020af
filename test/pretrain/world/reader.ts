import type { Drawing } from '../../../src/pretrain/world/drawing.ts';

/** Reads captions without knowing how they are made: every claim in one, as a sentence that names it and whether it holds. */
export interface Claim {
  readonly claim: string;
  readonly holds: boolean;
}

const colours = 'red orange yellow green teal blue purple pink brown black white grey'.split(' ');
const adjectives = 'striped spotted patched pointed floppy party top tall woolly'.split(' ');
const scenes: Record<string, string> = {
  park: 'park',
  snow: 'snow',
  beach: 'beach',
  sea: 'beach',
  city: 'city',
  town: 'city',
  night: 'night',
};
const styles: Record<string, string> = {
  pencil: 'pencil',
  neon: 'neon',
  watercolour: 'watercolour',
  watercolor: 'watercolour',
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
const things: Record<string, readonly string[]> = {
  trees: ['tree', 'fir'],
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
};

function colourOf(drawing: Drawing, noun: string): string | null | undefined {
  const { subject, hat } = drawing;
  if (['dog', 'cat', 'horse', 'lighthouse'].includes(noun)) return subject?.body;
  if (['stripes', 'spots', 'patches'].includes(noun)) return subject?.second;
  if (['ears', 'mane', 'roof'].includes(noun)) return subject?.accent;
  if (noun === 'collar') return subject?.collar;
  if (['hat', 'cap', 'beanie'].includes(noun)) return hat?.colour;
  if (['pompom', 'band', 'peak'].includes(noun)) return hat?.trim;
  throw new Error(`A colour before "${noun}".`);
}

function isVisible(drawing: Drawing, colour: string): boolean {
  if (drawing.style.kind === 'pencil') return drawing.style.tint >= 0.5;
  return drawing.style.kind !== 'neon' || !['black', 'brown', 'grey'].includes(colour);
}

function adjectiveHolds({ subject, hat }: Drawing, adjective: string, noun: string): boolean {
  const patterns: Record<string, string> = { striped: 'stripes', spotted: 'spots', patched: 'patches' };
  if (adjective === 'pointed' || adjective === 'floppy')
    return noun === 'ears' && subject?.ears === adjective;
  if (!(adjective in patterns)) return noun === 'hat';
  return noun === subject?.kind ? subject.pattern === patterns[adjective] : hat?.striped === true;
}

export function claimsOf(caption: string, drawing: Drawing): Claim[] {
  const { subject, hat, scene, style } = drawing;
  const words = caption.split(' ');
  const nounAfter = (at: number) =>
    words.slice(at + 1).find((word) => !adjectives.includes(word) && !colours.includes(word)) ?? '';
  const partHolds: Record<string, boolean> = {
    dog: subject?.kind === 'dog',
    cat: subject?.kind === 'cat',
    horse: subject?.kind === 'horse',
    lighthouse: subject?.kind === 'lighthouse',
    stripes: subject?.pattern === 'stripes',
    spots: subject?.pattern === 'spots',
    patches: subject?.pattern === 'patches',
    ears: subject?.kind === 'dog' || subject?.kind === 'cat',
    mane: subject?.kind === 'horse',
    roof: subject?.kind === 'lighthouse' && !hat,
    collar: Boolean(subject?.collar),
    wearing: Boolean(subject && hat),
    hat: hat !== null,
    pompom: hat?.kind === 'party' || hat?.kind === 'beanie',
    band: hat?.kind === 'top',
    peak: hat?.kind === 'cap',
    close: drawing.placement.size >= 0.6,
  };
  const claims = words.flatMap((word, at): Claim[] => {
    const noun = nounAfter(at);
    const found: Claim[] = [];
    const claim = (text: string, holds: boolean) => found.push({ claim: text, holds });
    if (word in partHolds) claim(word, partHolds[word]!);
    if (colours.includes(word))
      claim(`${word} ${noun}`, colourOf(drawing, noun) === word && isVisible(drawing, word));
    if (adjectives.includes(word)) claim(`${word} ${noun}`, adjectiveHolds(drawing, word, noun));
    if (word in scenes) claim(word, scene.kind === scenes[word]);
    if (word in styles) claim(word, style.kind === styles[word]);
    if (word in things)
      claim(
        word,
        scene.props.some((prop) => things[word]!.includes(prop.kind)),
      );
    if (word === 'a' || word === 'an')
      claim(`${word} ${words[at + 1]}`, /^[aeiou]/.test(words[at + 1] ?? '') === (word === 'an'));
    return found;
  });
  const named = Object.keys(hats).filter((name) => ` ${caption} `.includes(` ${name} `));
  return [...claims, ...named.map((name) => ({ claim: name, holds: hat?.kind === hats[name] }))];
}
