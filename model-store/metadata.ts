import { Keyv, type KeyvStorageAdapter } from 'keyv';
import { opened, sealed } from './sealed.ts';

/**
 * The key under which something of a server is kept. Ids are percent-encoded, which is one to one on well-formed text
 * and leaves no slash in them, so no id reaches into another's keys. Throws where the id is empty, over 200 characters
 * or not well-formed Unicode.
 */
export function serverKey(server: string, ...rest: readonly (string | number)[]): string {
  if (server === '' || server.length > 200 || !server.isWellFormed()) {
    throw new RangeError('a server id is 1 to 200 characters of well-formed text');
  }
  return ['server', encodeURIComponent(server), ...rest].join('/');
}

/** Throws where the JSON of a record is longer than it may be. */
export function requireShort(value: unknown, mostBytes: number): void {
  const length = Buffer.byteLength(JSON.stringify(value));
  if (length > mostBytes)
    throw new RangeError(`${length} bytes are more than the ${mostBytes} that a record may have`);
}

/** All that is kept under `prefix`, by what its key has after `prefix` and a slash. Reads the whole of the metadata. */
export async function recordsUnder(metadata: Keyv, prefix: string): Promise<ReadonlyMap<string, unknown>> {
  const records = new Map<string, unknown>();
  for await (const [key, stored] of metadata.iterator() as AsyncIterable<[string, unknown]>) {
    if (key.startsWith(`${prefix}/`)) records.set(key.slice(prefix.length + 1), stored);
  }
  return records;
}

/**
 * Keyv over a storage adapter, made strict: with no listener for 'error', Keyv throws what the adapter threw instead
 * of answering `false`. A value that is not what was written reads as `null`, so that one damaged row is one damaged record.
 */
export function openMetadata(storage: KeyvStorageAdapter): Keyv {
  return new Keyv({
    store: storage,
    namespace: 'keepsake',
    serialization: {
      stringify: (envelope: unknown) => sealed(JSON.stringify(envelope)),
      parse: <T>(text: string) => parseEnvelope(text) as T,
    },
  });
}

function parseEnvelope(text: string): { value: unknown } {
  try {
    const envelope: unknown = JSON.parse(opened(text) ?? '');
    if (typeof envelope === 'object' && envelope !== null && 'value' in envelope)
      return { value: envelope.value };
  } catch {}
  return { value: null };
}
