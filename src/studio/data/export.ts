import type { ConceptStore, ServerStore } from '../../../model-store/store.ts';
import type { Concept } from '../../concept.ts';
import type { TaskOptions } from '../../engine/protocol.ts';
import { raise } from '../../result.ts';
import { nameOf } from '../library.ts';
import { archiveLimits as limits } from '../limits.ts';
import { lengthOf } from '../rules/bytes.ts';
import { tooMuchForOneFile } from '../rules/sentences.ts';
import { type ArchivedConcept, encodeArchive, homeOf } from './archive.ts';
import type { Exported } from './data.ts';

export interface ExportParts {
  readonly store: ConceptStore;
  readonly servers: ServerStore;
  /** Id of the base model in use. */
  readonly model: string;
  /** That the file may have: larger ones are not imported. */
  readonly mostBytes: number;
}

/**
 * All that a server takes along. What cannot be read is left out and named, so that one damaged file does not keep the
 * others here; so is what was taught on another base model, whose weights cannot be looked at now. Raises 'not-allowed' as soon as
 * it is too much for one file. What no import takes is left out too.
 */
export async function exportServer(
  { store, servers, model, mostBytes }: ExportParts,
  server: string,
  { signal, onProgress }: TaskOptions,
): Promise<Exported> {
  const { concepts: known, damaged } = await store.inventory(server);
  const notes = damaged.map((token) => `${token} was left out: its record is damaged.`);
  const concepts: ArchivedConcept[] = [];
  let bytes = 0;
  for (const [index, concept] of known.entries()) {
    if (signal?.aborted) raise('cancelled', 'Stopped; nothing was exported.');
    onProgress?.({ phase: 'packing', step: index + 1, steps: known.length });
    if (concept.model !== model) {
      const sentence = `${nameOf(concept)} was left out: it was taught on another base model. Start the bot with that model to export it.`;
      notes.push(sentence);
      continue;
    }
    if (concept.number > limits.numbers || concepts.length === limits.concepts) {
      const sentence = `${nameOf(concept)} was left out: an import takes ${limits.concepts} concepts at most, and none over <new${limits.numbers}>.`;
      notes.push(sentence);
      continue;
    }
    const packed = await pack(store, concept);
    bytes += lengthOf([packed?.weights, packed?.sample].filter((file) => file !== undefined));
    if (bytes > mostBytes) raise('not-allowed', tooMuchForOneFile(mostBytes));
    if (packed) concepts.push(packed);
    else notes.push(`${nameOf(concept)} was left out: its stored weights are damaged or missing.`);
    if (packed && concept.sample !== packed.concept.sample)
      notes.push(`The sample of ${nameOf(concept)} was left out: it is damaged or missing.`);
  }
  const entries = await servers.entries(server);
  const file = encodeArchive({ model, home: homeOf(server), concepts, entries });
  if (file.length > mostBytes) raise('not-allowed', tooMuchForOneFile(mostBytes));
  return { bytes: file, concepts: concepts.length, notes };
}

/** A concept with its files; without its sample where only that cannot be read. */
async function pack(store: ConceptStore, concept: Concept): Promise<ArchivedConcept | undefined> {
  const weights = await store.readBlob(concept.blob);
  if (!weights.ok) return undefined;
  const { sample: hash, ...rest } = concept;
  const sample = hash === undefined ? undefined : await store.readBlob(hash);
  if (!sample?.ok) return { concept: rest, weights: weights.value };
  return { concept, weights: weights.value, sample: sample.value };
}
