import type { Keyv, KeyvStorageAdapter } from 'keyv';

/** A record as it stands in the store. */
export interface Row {
  readonly key: string;
  readonly text: string;
}

/** All rows of the metadata as they stand there, whatever the driver. */
export async function* rowsOf(metadata: Keyv): AsyncGenerator<Row> {
  const storage = metadata.store as KeyvStorageAdapter;
  if (!storage.iterator) throw new TypeError('a storage adapter that keeps metadata lists what it has');
  const rows = storage.iterator() as AsyncIterable<readonly [string, unknown]>;
  for await (const [key, text] of rows) {
    yield { key, text: String(text) };
  }
}

/** Puts rows as they are, all or none. */
export async function putRows(
  metadata: Keyv,
  rows: readonly (Row & { readonly expires?: number })[],
): Promise<void> {
  const storage = metadata.store as KeyvStorageAdapter;
  await storage.setMany(
    rows.map(({ key, text, expires }) => ({ key, value: text, ...(expires !== undefined && { expires }) })),
  );
}

/** When a record expires, by its JSON. */
export function expiryOf(json: string): number | undefined {
  const { expires } = JSON.parse(json) as { readonly expires?: unknown };
  return typeof expires === 'number' ? expires : undefined;
}
