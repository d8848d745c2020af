import type { ConceptKind } from '../concept.ts';
import type { Model } from '../diffusion/model.ts';
import type { ConceptWeights } from '../personalize/concept-file.ts';
import { raise } from '../result.ts';
import type { Brought, Formats, WantedWeights } from './format.ts';
import { readIncoming, refuse } from './incoming.ts';
import { findRoom } from './room.ts';

/** A concept that files from elsewhere are to become. */
export interface Adoption {
  readonly files: readonly Uint8Array[];
  readonly token: string;
  /** What it is, where the files do not say. */
  readonly classWord?: string;
  readonly kind?: ConceptKind;
  /** What the server was taught. */
  readonly earlier: readonly ConceptWeights[];
  /** Raises 'invalid-file' where a concept of Keepsake's own cannot be used with the model. */
  requireUsable(concept: ConceptWeights): void;
}

export interface Adopted {
  readonly concept: ConceptWeights;
  /** What was left of it, where that is not all. */
  readonly notes: readonly string[];
}

/** Of matrices of another model about half the weights have this one's sign; of those trained from it, nearly all. */
const leastAgreement = 0.65;
/** Below it, what is left of a concept is not the concept. */
const leastKept = 0.4;

/** Twice what CNS takes: a change that was not chosen for it takes more room to be recognised. */
const mostOfFree = 1 / 4;

/**
 * A concept of the server, made of files from elsewhere: as it is where it needs no weights of its own, otherwise with room
 * among the free ones (`room.ts`). Raises 'invalid-file' where the files cannot be used, 'invalid-option' where they do not
 * say what it is, or the server has not enough room.
 */
export async function adopt(adoption: Adoption, formats: Formats, model: Model): Promise<Adopted> {
  const parts: Brought[] = [];
  for (const bytes of adoption.files) parts.push(await readIncoming(bytes, formats, model));
  const [first, second, ...more] = parts;
  if (!first || more.length > 0) return refuse('a concept is one file, or its weights and its embedding');
  if ('concept' in first && !second) return adoptOwn(first.concept, adoption, model);
  const both = { ...first, ...second };
  if (second && (parts.some(isWhole) || !('embedding' in both && 'weights' in both)))
    refuse('of two files, one has the weights and the other the embedding of its word');
  const { embedding = noWord() } = 'embedding' in both ? both : {};
  const { token, classWord = sayWhat(), kind = 'subject', earlier } = adoption;
  const learned = { token, classWord, kind, model: model.folder.id, embedding, deltas: new Map() };
  if (!('weights' in both))
    return { concept: { ...learned, method: 'textual-inversion', heads: new Map() }, notes: [] };
  const { heads, notes } = placed(both.weights, earlier, model, leastAgreement);
  return { concept: { ...learned, method: 'cns', heads }, notes };
}

/** Whether it has the weights and the embedding, and needs no second file. */
function isWhole(part: Brought): boolean {
  return 'weights' in part && part.embedding !== undefined;
}

function noWord(): never {
  return refuse(
    'it has weights but no embedding of its word; send that file too, which diffusers writes as <new1>.safetensors',
  );
}

function sayWhat(): never {
  return raise('invalid-option', 'The file does not say what it is of. Say it in a word: /import class:dog.');
}

function adoptOwn(
  concept: ConceptWeights,
  { token, classWord = concept.classWord, kind = concept.kind, earlier, requireUsable }: Adoption,
  model: Model,
): Adopted {
  requireUsable(concept);
  const renamed = { ...concept, token, classWord, kind };
  if (concept.heads.size === 0 || concept.following !== undefined) return { concept: renamed, notes: [] };
  const { heads, notes } = placed(concept.heads, earlier, model);
  return { concept: { ...renamed, heads }, notes };
}

function placed(
  wanted: ReadonlyMap<string, WantedWeights>,
  earlier: readonly ConceptWeights[],
  model: Model,
  agreeing = 0,
): Pick<ConceptWeights, 'heads'> & Pick<Adopted, 'notes'> {
  const { heads, kept, agreement } = findRoom(model, wanted, earlier, mostOfFree);
  if (agreement < agreeing)
    refuse('its matrices have next to nothing in common with this model, so it is for another one');
  const percent = (100 * kept).toFixed(1);
  if (kept < leastKept) {
    raise(
      'invalid-option',
      `There is no room here for this concept: the free weights that one may take hold ${percent} % of what it changes. ` +
        '/forget a concept first, or import it on another server.',
    );
  }
  if (kept > 0.9995) return { heads, notes: [] };
  return {
    heads,
    notes: [
      `The free weights that one concept may take hold ${percent} % of what it changes, measured by its energy; the rest was left out.`,
    ],
  };
}
