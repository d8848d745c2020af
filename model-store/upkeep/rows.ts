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

/** A row to put. */
export interface ExpiringRow extends Row {
  /** Milliseconds since the epoch. */
  readonly expires?: number;
}

const rowsAtOnce = 500;

/** Puts rows as they are, a few hundred at a time, all of those or none. */
export async function putRows(
  metadata: Keyv,
  rows: Iterable<ExpiringRow> | AsyncIterable<ExpiringRow>,
): Promise<void> {
  let some: ExpiringRow[] = [];
  for await (const row of rows) {
    some.push(row);
    if (some.length < rowsAtOnce) continue;
    await putTogether(metadata, some);
    some = [];
  }
  await putTogether(metadata, some);
}

async function putTogether(metadata: Keyv, rows: readonly ExpiringRow[]): Promise<void> {
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
