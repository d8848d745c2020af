import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import { type Model, openModel } from '../diffusion/model.ts';
import type { TaughtModel } from '../diffusion/taught-model.ts';
import { compose } from '../personalize/compose.ts';
import { type ConceptWeights, decodeConcept } from '../personalize/concept-file.ts';
import { bytesBeside } from '../personalize/concepts.ts';
import { deltaBytes } from '../personalize/deltas.ts';
import type { Methods, Turns } from '../personalize/method.ts';
import { raise } from '../result.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { type EngineLimits, limitsFromEnvironment } from './limits.ts';
import type { ConceptRef } from './protocol.ts';
import { createReaches } from './reach.ts';
import { type SharedModel, shareModel } from './shared-model.ts';

/** Of the memory for concepts, that for what was read; the matrices that were made of it are larger, and cost more to make. */
const readShare = 1 / 3;

/** What tasks draw and train with, kept between them. */
export interface Models {
  /** The base model in a folder, opened once. */
  base(folder: string): Promise<Model>;
  /** A concept file that may come from anywhere. Raises 'invalid-file' where it cannot be used with the model. */
  read(base: Model, file: Uint8Array): ConceptWeights;
  /** A concept that was read. Raises 'invalid-file' where it cannot be used with the model. */
  checked(base: Model, concept: ConceptWeights): ConceptWeights;
  /** Those of a server's concepts that drawing a text needs; the others are not read. */
  neededFor(text: string, refs: readonly ConceptRef[]): Promise<readonly ConceptRef[]>;
  /** The weights of concepts, read once, one after another, and checked against their hashes. */
  concepts(base: Model, refs: readonly ConceptRef[]): Promise<readonly ConceptWeights[]>;
  /**
   * A server's model. Servers share everything of the base model but the matrices that their concepts touch.
   * @param concepts the same, where they have been read already
   */
  taught(
    base: Model,
    refs: readonly ConceptRef[],
    turns: Turns,
    concepts?: readonly ConceptWeights[],
  ): Promise<TaughtModel>;
  /** What all drawings of a base model go through together. */
  shared(base: Model): SharedModel;
}

/**
 * Nothing is opened before it is asked for. What was read of concepts and what was made of them for servers is kept, in so
 * many bytes that a limit says, and the least recently used goes first. A base model stays open; one that could not be opened
 * is tried again the next time.
 */
export function createModels(runtime: Runtime, methods: Methods, limits: Partial<EngineLimits> = {}): Models {
  const { picturesAtOnce, conceptBytes: mostBytes } = { ...limitsFromEnvironment(), ...limits };
  const bases = new Map<string, Promise<Model>>();
  const concepts = new LRUCache<string, ConceptWeights>({
    maxSize: Math.ceil(mostBytes * readShare),
    sizeCalculation: conceptBytes,
  });
  const servers = new LRUCache<string, TaughtModel>({
    maxSize: Math.ceil(mostBytes * (1 - readShare)),
    sizeCalculation: (model) => 1024 + bytesBeside(model) + bytesAtTokens(model),
  });

  const sharedModels = new WeakMap<Model, SharedModel>();

  const checked = (base: Model, concept: ConceptWeights): ConceptWeights => {
    if (concept.model !== base.folder.id) {
      raise(
        'invalid-file',
        `${concept.token} was taught on another base model than the one in use. Teach it again on this one.`,
      );
    }
    requireMethod(concept, methods);
    return concept;
  };

  const read = (base: Model, file: Uint8Array): ConceptWeights =>
    checked(base, decodeConcept(file, base.heads, base.embeddings.width));

  const readConcept = async (base: Model, ref: ConceptRef): Promise<ConceptWeights> => {
    const key = `${base.folder.id} ${ref.sha256}`;
    const known = concepts.get(key);
    if (known !== undefined) return known;
    const concept = read(base, await readChecked(ref));
    concepts.set(key, concept);
    return concept;
  };

  const models: Models = {
    base(folder) {
      const opened = bases.get(folder) ?? openModel(runtime, folder);
      bases.set(folder, opened);
      opened.catch(() => bases.delete(folder));
      return opened;
    },
    read,
    checked,
    neededFor: createReaches(methods).neededFor,
    async concepts(base, refs) {
      const read: ConceptWeights[] = [];
      for (const ref of refs) read.push(await readConcept(base, ref));
      return read;
    },
    async taught(base, refs, turns, read) {
      const key = [base.folder.id, ...refs.map(({ sha256 }) => sha256)].join(' ');
      const known = servers.get(key);
      if (known !== undefined) return known;
      const { model } = await compose(base, read ?? (await models.concepts(base, refs)), methods, turns);
      servers.set(key, model);
      return model;
    },
    shared(base) {
      const options = { pictures: picturesAtOnce, fewSizes: runtime.fixesShapes };
      const model = sharedModels.get(base) ?? shareModel(base, options);
      sharedModels.set(base, model);
      return model;
    },
  };
  return models;
}

async function readChecked({ token, path, sha256 }: ConceptRef): Promise<Uint8Array> {
  const damaged = `The stored weights of ${token} are damaged. Forget it and teach it again, or restore the file from a backup.`;
  const bytes = await readFile(path).catch(() => raise('storage-corrupt', damaged));
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) raise('storage-corrupt', damaged);
  return bytes;
}

/** A concept whose deltas nobody would fuse could be drawn without them, and nobody would know. */
function requireMethod({ token, method, deltas }: ConceptWeights, methods: Methods): void {
  const known = methods.get(method);
  if (known && (known.fuse || deltas.size === 0)) return;
  raise(
    'invalid-file',
    `${token} was taught by a method that this version has not, or has in another form. Forget it and teach it again.`,
  );
}

/** A model keeps the weights that its tokens have, also where their concepts have made room for others. */
function bytesAtTokens({ own = new Map() }: TaughtModel): number {
  const values = [...own.values()].flatMap(({ heads }) => [...heads.values()].map(({ values }) => values));
  return values.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

function conceptBytes(concept: ConceptWeights): number {
  const { embedding, layers = [], heads } = concept;
  const rows = embedding.byteLength * (1 + layers.length);
  return [...heads.values()].reduce(
    (sum, { indices }) => sum + 8 * indices.length,
    rows + deltaBytes([concept]),
  );
}
