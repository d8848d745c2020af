import { LRUCache } from 'lru-cache';

/** Pictures drawn not long ago, by the id of their job: a few, in memory, the oldest of which make room. */
export interface Drawn {
  keep(server: string, job: string, pictures: readonly Uint8Array[]): void;
  /** Undefined where they have made room, or the bot was restarted. */
  find(server: string, job: string): readonly Uint8Array[] | undefined;
}

/** @param mostBytes of all pictures together */
export function createDrawn(mostBytes: number): Drawn {
  const kept = new LRUCache<string, readonly Uint8Array[]>({
    maxSize: mostBytes,
    sizeCalculation: (pictures) => pictures.reduce((sum, { length }) => sum + length, 1),
  });
  const key = (server: string, job: string) => JSON.stringify([server, job]);
  return {
    keep(server, job, pictures) {
      kept.set(key(server, job), pictures.map(alone));
    },
    find: (server, job) => kept.get(key(server, job)),
  };
}

/** Without the rest of the answer that it came in: what a worker sends is read in place, and one picture would hold all of it. */
function alone(picture: Uint8Array): Uint8Array {
  return picture.byteLength === picture.buffer.byteLength ? picture : picture.slice();
}
