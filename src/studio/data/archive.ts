import { hashOf } from '../../../model-store/blobs.ts';
import { readConcept } from '../../../model-store/concept-record.ts';
import { isEntryName } from '../../../model-store/servers.ts';
import type { Restored } from '../../../model-store/store.ts';
import type { Concept } from '../../concept.ts';
import { ProblemError, raise } from '../../result.ts';
import { decodeHeader, decodeSafetensors, encodeSafetensors, longestSentHeader } from '../../safetensors.ts';
import { archiveLimits as limits } from '../limits.ts';

/** One concept in an archive. */
export interface ArchivedConcept {
  readonly concept: Concept;
  readonly weights: Uint8Array;
  /** There where the concept names one. */
  readonly sample?: Uint8Array;
}

/** What a server takes along. */
export interface Archive extends Pick<Restored, 'entries'> {
  /** Id of the base model that all of its concepts were taught on. */
  readonly model: string;
  /** Whose it is, as {@link homeOf} has it. Earlier versions did not say. */
  readonly home?: string | undefined;
  readonly concepts: readonly ArchivedConcept[];
}

const format = 'keepsake-server';
const version = '1';
const partName = /^concept\/([1-9]\d{0,8})\/(record\.json|weights\.safetensors|sample\.png)$/;
const entryFile = /^entry\/(.+)\.json$/;

/** A server as an archive names it, to be known again by its id. */
export function homeOf(server: string): string {
  return hashOf(new TextEncoder().encode(server));
}

/**
 * A safetensors file whose tensors are files, each a row of bytes: for every concept `concept/3/record.json`,
 * `concept/3/weights.safetensors` and, where it has one, `concept/3/sample.png`; for every other record of the server, such
 * as its settings, `entry/settings.json`. Equal archives give equal bytes. Of its server there is a hash alone.
 */
export function encodeArchive({ model, home, concepts, entries }: Archive): Uint8Array {
  const files = new Map<string, Uint8Array>();
  for (const { concept, weights, sample } of concepts) {
    const folder = `concept/${concept.number}`;
    files.set(`${folder}/record.json`, jsonBytes(concept));
    files.set(`${folder}/weights.safetensors`, weights);
    if (sample) files.set(`${folder}/sample.png`, sample);
  }
  for (const [name, value] of entries) files.set(`entry/${name}.json`, jsonBytes(value));
  const tensors = [...files].map(
    ([name, data]) => [name, { type: 'uint8', dims: [data.length], data }] as const,
  );
  return encodeSafetensors(new Map(tensors), { format, version, model, ...(home !== undefined && { home }) });
}

/** Whether a file says that it is an export of a server. */
export function isArchive(bytes: Uint8Array): boolean {
  try {
    return decodeHeader(bytes, longestSentHeader).metadata.format === format;
  } catch (error) {
    if (error instanceof ProblemError) return false;
    throw error;
  }
}

/**
 * Reads an archive that may come from anywhere: every name, count, size and hash is looked at, and every record. What the
 * weights and the samples hold is not. Raises 'invalid-file' with the reason.
 */
export function decodeArchive(bytes: Uint8Array): Archive {
  if (bytes.length > limits.bytes) refuse(`it is larger than ${limits.bytes / 2 ** 20} MB`);
  const { tensors, metadata } = decodeSafetensors(bytes, longestSentHeader);
  if (metadata.format !== format || metadata.version !== version)
    refuse('it is no export of a server, or one of another version');
  const files = new Map<string, Uint8Array>();
  for (const [name, { type, dims, data }] of tensors) {
    if (type !== 'uint8' || dims.length !== 1) refuse('it has something else than files in it');
    files.set(name, data as Uint8Array);
  }
  const { model = '', home } = metadata;
  return { model, home, concepts: conceptsIn(files, model), entries: entriesIn(files) };
}

type Files = ReadonlyMap<string, Uint8Array>;

/** In order of number. What belongs to neither a concept nor the entries is refused here. */
function conceptsIn(files: Files, model: string): readonly ArchivedConcept[] {
  const numbers = new Set<number>();
  for (const name of files.keys()) {
    const number = partName.exec(name)?.[1];
    if (number !== undefined) numbers.add(Number(number));
    else if (!entryFile.test(name)) refuse('it has files that no export has');
  }
  if (Math.max(0, ...numbers) > limits.numbers) refuse(`it has a token over <new${limits.numbers}>`);
  if (numbers.size > limits.concepts) refuse(`it has more than ${limits.concepts} concepts`);
  return [...numbers].sort((a, b) => a - b).map((number) => conceptIn(files, number, model));
}

function conceptIn(files: Files, number: number, model: string): ArchivedConcept {
  const of = (part: string) => files.get(`concept/${number}/${part}`);
  const concept =
    readConcept(jsonIn(of('record.json'), limits.recordBytes), number) ??
    refuse(`the record of <new${number}> is not sound`);
  if (concept.model !== model) refuse(`<new${number}> was taught on another model than the rest`);
  const [weights, sample] = [of('weights.safetensors'), of('sample.png')];
  if (!weights || hashOf(weights) !== concept.blob) refuse(`the weights of <new${number}> are damaged`);
  if ((sample && hashOf(sample)) !== concept.sample || (sample?.length ?? 0) > limits.sampleBytes)
    refuse(`the sample of <new${number}> is damaged`);
  return { concept, weights, ...(sample && { sample }) };
}

function entriesIn(files: Files): ReadonlyMap<string, unknown> {
  const entries = new Map<string, unknown>();
  for (const [file, bytes] of files) {
    const name = entryFile.exec(file)?.[1];
    if (name === undefined) continue;
    if (!isEntryName(name)) refuse('it has records that no export has');
    const value = jsonIn(bytes, limits.entryBytes);
    if (!isShallow(value, limits.entryLevels)) refuse('a record is nested too deeply');
    entries.set(name, value);
  }
  return entries.size > limits.entries ? refuse(`it has more than ${limits.entries} records`) : entries;
}

function jsonBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

/** What is deeply nested cannot be written again. */
function isShallow(value: unknown, levels: number): boolean {
  let level = [value];
  for (let depth = 0; depth < levels && level.length > 0; depth++) {
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
  return level.length === 0;
}

function jsonIn(bytes: Uint8Array | undefined, mostBytes: number): unknown {
  if (!bytes || bytes.length > mostBytes) return refuse('a record is missing or too long');
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return refuse('a record is no JSON');
  }
}

/** Raises 'invalid-file'; `reason` is the middle of a sentence. */
export function refuse(reason: string): never {
  return raise('invalid-file', `This file cannot be imported: ${reason}. Export the server again.`);
}
