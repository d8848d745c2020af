import type { ConceptKind } from '../../concept.ts';
import type { Model } from '../../diffusion/model.ts';
import { type TaughtModel, untaught } from '../../diffusion/taught-model.ts';
import type { Tokenizer } from '../../diffusion/tokenizer.ts';
import { rowsOf } from '../../onnx/join.ts';
import type { Tensor } from '../../onnx/tensor.ts';
import type { PixelImage } from '../../pictures/image.ts';
import { createRandom, type Random } from '../../random.ts';
import type { LessonHooks } from '../method.ts';
import { knowsWord } from '../texts.ts';
import { colours, places } from './calibration.ts';
import type { Captions } from './captioner.ts';
import { classifyByDenoising } from './classify-by-denoising.ts';
import { phraseOf, type Seen, tieTo } from './seen.ts';

const companions = 'dog cat horse bird person man woman child car house tree lighthouse'.split(' ');
const everywhere = [
  ...Object.values(places),
  'in the forest',
  'in the desert',
  'on the grass',
  'on the street',
  'on a table',
  'in a room',
  'in the water',
  'in the mountains',
];

/** What is looked at, and what all its pictures share. */
export interface Look {
  readonly classWord: string;
  readonly kind: ConceptKind;
  readonly pictures: readonly PixelImage[];
  readonly seed: number;
}

/**
 * What each picture shows besides what is taught, as the base model itself sees it: it is asked which phrase it denoises
 * the picture best with, first who is there, then in which colour, then where. What is said of a picture need not be
 * learned by the token. Phrases are of words that the model's tokenizer has as a whole.
 */
export async function look(
  base: Model,
  { classWord, kind, pictures, seed }: Look,
  hooks: Pick<LessonHooks, 'turn' | 'onPreparing'>,
): Promise<readonly Seen[]> {
  const model = untaught(base);
  const latents = await hooks.turn(() => base.autoencoder.encode(pictures));
  const random = createRandom(seed);
  const words = knownWords(model.tokenizer);
  const seen: Seen[] = [];
  for (const at of pictures.keys()) {
    hooks.onPreparing('captioning', at, pictures.length);
    const own = rowsOf(latents, [at, at + 1]);
    seen.push(await lookAt(model, own, { classWord, kind, words }, random, hooks));
  }
  return seen;
}

/** {@link look} at those of a lesson's pictures that no service has captioned; of the others nothing is said. */
export async function lookWhereUncaptioned(
  base: Model,
  { captions, ...rest }: Look & Pick<Captions, 'captions'>,
  hooks: Pick<LessonHooks, 'turn' | 'onPreparing'>,
): Promise<readonly Seen[]> {
  const uncaptioned = [...captions.keys()].filter((at) => captions[at]?.length === 0);
  if (uncaptioned.length === 0) return captions.map(() => ({}));
  const pictures = uncaptioned.map((at) => rest.pictures[at] as PixelImage);
  const seen = await look(base, { ...rest, pictures }, hooks);
  return captions.map((_, at) => seen[uncaptioned.indexOf(at)] ?? {});
}

async function lookAt(
  model: TaughtModel,
  latents: Tensor<'float32'>,
  { classWord, kind, words }: Pick<Look, 'classWord' | 'kind'> & { readonly words: Words },
  random: Random,
  hooks: Pick<LessonHooks, 'turn'>,
): Promise<Seen> {
  const tie = tieTo(classWord);
  const thing = kind === 'scene' ? `the ${classWord}` : classWord;
  const best = async (options: readonly Seen[]): Promise<Seen> => {
    const texts = options.map((seen) => phraseOf(kind, thing, seen, tie));
    return options[await classifyByDenoising(model, latents, texts, random, hooks)] as Seen;
  };
  const alone: Seen = {};
  if (kind === 'subject' && tie === undefined)
    return best([alone, ...words.places.map((place) => ({ place }))]);
  const whom = await best([alone, ...words.companions.map((companion) => ({ companion }))]);
  if (kind === 'style') return whom;
  const { companion } = whom;
  const coloured = companion
    ? await best([whom, ...words.colours.map((colour) => ({ companion: `${colour} ${companion}` }))])
    : whom;
  if (kind === 'scene') return coloured;
  return best([coloured, ...words.places.map((place) => ({ ...coloured, place }))]);
}

type Words = Readonly<Record<'companions' | 'colours' | 'places', readonly string[]>>;

/** What phrases are made of, as far as the tokenizer has every word of it as a whole. */
function knownWords(tokenizer: Tokenizer): Words {
  const isKnown = knowsWord(tokenizer);
  const known = (phrases: readonly string[]) => phrases.filter((phrase) => phrase.split(' ').every(isKnown));
  return { companions: known(companions), colours: known(colours), places: known(everywhere) };
}
