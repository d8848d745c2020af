/** A record as it stands in the store: text under a key. */
export interface Row {
  readonly key: string;
  readonly text: string;
}

/**
 * What becomes of a key: a text, until `expires` (milliseconds since the epoch) where that is said, or nothing. It expires by the clock of the server
 * that has it, where there is one.
 */
export interface Write {
  readonly key: string;
  readonly text: string | undefined;
  readonly expires?: number;
}

/** What keys must have for a commit to be made: these very texts, or nothing. */
export type Expected = ReadonlyMap<string, string | undefined>;

/**
 * Where records are kept: what a driver has to do. Several processes may use the same storage, unless the driver says otherwise. A read sees
 * every commit that was answered before it began. Where a connection is lost on the way, calls are made again for some seconds, and a
 * commit is still made once; then they reject. Raises 'storage-full' where there is no room, and 'storage-corrupt' where what is there
 * cannot be read at all.
 */
export interface Storage {
  /** The texts of these keys; undefined where there is none or it has expired. */
  read(keys: readonly string[]): Promise<readonly (string | undefined)[]>;
  /**
   * Makes all of the writes or none, as one: none, and answers false, where a key has not what is expected of it. They outlive a crash
   * once it has answered. A key is written at most once.
   */
  commit(writes: readonly Write[], expected?: Expected): Promise<boolean>;
  /** The first `most` keys that begin with `prefix` and come after `after`, in the order of their bytes. */
  keys(prefix: string, after: string, most: number): Promise<readonly string[]>;
  /** Deletes for good what has expired, where reading alone does not. */
  tidy(): Promise<void>;
  close(): Promise<void>;
}

/** As many keys as are asked for at once, and records with them. */
export const pageOfKeys = 256;

/** All keys that begin with `prefix`, in order, some at a time. Those that come or go meanwhile may be among them or not. */
export async function* pagesOfKeys(storage: Storage, prefix: string): AsyncGenerator<readonly string[]> {
  let after = '';
  for (;;) {
    const page = await storage.keys(prefix, after, pageOfKeys);
    if (page.length > 0) yield page;
    if (page.length < pageOfKeys) return;
    after = page.at(-1)!;
  }
}

/** All rows whose keys begin with `prefix`, in the order of the keys. */
export async function* rowsUnder(storage: Storage, prefix: string): AsyncGenerator<Row> {
  for await (const keys of pagesOfKeys(storage, prefix)) {
    const texts = await storage.read(keys);
    for (const [index, key] of keys.entries()) {
      const text = texts[index];
      if (text !== undefined) yield { key, text };
    }
  }
}
