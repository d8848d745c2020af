import sharp from 'sharp';
import { onTestFinished } from 'vitest';
import type { ModelStore, StoreOptions } from '../../model-store/open.ts';
import type { Concept } from '../../src/concept.ts';
import { unwrap } from '../../src/result.ts';
import { createStudio, type StudioOptions } from '../../src/studio/create.ts';
import type { TeachRequest } from '../../src/studio/studio.ts';
import { createFakeEngine, type FakeEngine } from '../fakes/engine.ts';
import { scratchFolder, storeIn } from '../model-store/sample.ts';

export interface Scene {
  readonly studio: ReturnType<typeof createStudio>;
  readonly engine: FakeEngine;
  readonly store: ModelStore;
  /** The store's. */
  readonly folder: string;
  /** Teaches `server` a concept with this class word. */
  taught(server: string, classWord: string): Promise<Concept>;
}

export async function scene(
  options: Partial<StudioOptions> = {},
  storeOptions: Partial<StoreOptions> = {},
): Promise<Scene> {
  const engine = createFakeEngine();
  const folder = await scratchFolder();
  const store = await storeIn(folder, storeOptions);
  const { concepts, servers, records } = store;
  const studio = createStudio({ store: concepts, servers, records, engine, model: 'folder', ...options });
  onTestFinished(() => studio.close());
  return {
    studio,
    engine,
    store,
    folder,
    async taught(server, classWord) {
      return unwrap(await studio.teach(server, await request({ classWord }))).concept;
    },
  };
}

/** A teach of a dog with two pictures, changed as the test says. */
export async function request({
  pictures,
  ...change
}: Partial<Omit<TeachRequest, 'pictures'>> & {
  readonly pictures?: readonly Uint8Array[];
} = {}): Promise<TeachRequest> {
  const files = pictures ?? [await jpeg(200, 100), await jpeg(90, 90)];
  return { user: 'user 1', classWord: 'dog', kind: 'subject', pictures: async () => files, ...change };
}

export function jpeg(width: number, height: number): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: '#8a5a3c' } })
    .jpeg()
    .toBuffer();
}

/** The file type and size that a decoder finds. */
export async function decoded(file: Uint8Array): Promise<{ format: string; width: number; height: number }> {
  const { format, width, height } = await sharp(file).metadata();
  return { format, width, height };
}
