import type { Storage, Write } from '../drivers/storage.ts';

const rowsAtOnce = 500;

/** Puts rows as they are, a few hundred at a time, all of those or none. */
export async function putRows(storage: Storage, rows: Iterable<Write> | AsyncIterable<Write>): Promise<void> {
  let some: Write[] = [];
  for await (const row of rows) {
    some.push(row);
    if (some.length < rowsAtOnce) continue;
    await storage.commit(some);
    some = [];
  }
  await storage.commit(some);
}

/** When a record expires, by its JSON. */
export function expiryOf(json: string): number | undefined {
  const { expires } = JSON.parse(json) as { readonly expires?: unknown };
  return typeof expires === 'number' ? expires : undefined;
}
