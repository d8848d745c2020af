import { setTimeout as pause } from 'node:timers/promises';
import { Keyv } from 'keyv';
import { createTurns } from '../src/turns.ts';
import { pagesOfKeys, rowsUnder, type Storage, type Write } from './drivers/storage.ts';
import { keyvAdapter } from './keyv-adapter.ts';
import { opened, sealed } from './sealed.ts';

/** What becomes of records that were read, and what to answer. */
export interface Change<T> {
  readonly result: T;
  /** Undefined removes a record. */
  readonly writes?: Iterable<readonly [key: string, value: unknown]>;
  /** For how long what is written is kept. */
  readonly seconds?: number;
}

/** Records as JSON, through Keyv, and changes of several at once that hold among several processes. */
export interface Metadata extends Keyv {
  readonly storage: Storage;
  /**
   * Reads records and changes them and others by what they hold, as one: where any of those read was changed meanwhile, by whatever
   * process, `act` is asked again with what they hold now. Nothing is written where it throws.
   */
  update<T>(keys: readonly string[], act: (values: readonly unknown[]) => Change<T>): Promise<T>;
  /** The keys that begin with `prefix`, in order. */
  keysUnder(prefix: string): AsyncGenerator<string>;
  /** All that is kept under `prefix`, by what its key has after it. */
  under(prefix: string): Promise<ReadonlyMap<string, unknown>>;
}

/**
 * The key under which something of a server is kept. Ids are percent-encoded, which is one to one on well-formed text
 * and leaves no slash in them, so no id reaches into another's keys. Throws where the id is empty, over 200 characters
 * or not well-formed Unicode.
 */
export function serverKey(server: string, ...rest: readonly (string | number)[]): string {
  return keyOf('server', server, ...rest);
}

/** As {@link serverKey}, for what is kept in a place of its own; see there. */
export function keyOf(place: string, server: string, ...rest: readonly (string | number)[]): string {
  if (server === '' || server.length > 200 || !server.isWellFormed()) {
    throw new RangeError('a server id is 1 to 200 characters of well-formed text');
  }
  return [place, encodeURIComponent(server), ...rest].join('/');
}

/** Throws where the JSON of a record is longer than it may be. */
export function requireShort(value: unknown, mostBytes: number): void {
  const length = Buffer.byteLength(JSON.stringify(value));
  if (length > mostBytes)
    throw new RangeError(`${length} bytes are more than the ${mostBytes} that a record may have`);
}

/**
 * Keyv over a driver, made strict: with no listener for 'error', Keyv throws what the driver threw instead
 * of answering `false`. A value that is not what was written reads as `null`, so that one damaged row is one damaged record.
 */
export function openMetadata(storage: Storage): Metadata {
  const keyv = new Keyv({
    store: keyvAdapter(storage),
    serialization: {
      stringify: (envelope: unknown) => JSON.stringify(envelope),
      parse: <T>(json: string) => readEnvelope(json) as T,
    },
  });
  return Object.assign(keyv, {
    storage,
    update: updater(storage),
    async *keysUnder(prefix: string) {
      for await (const page of pagesOfKeys(storage, prefix)) yield* page;
    },
    async under(prefix: string) {
      const records = new Map<string, unknown>();
      for await (const { key, text } of rowsUnder(storage, prefix))
        records.set(key.slice(prefix.length), valueIn(key, text));
      return records;
    },
  });
}

/** Others were faster as often as this: something is wrong. */
const mostTries = 200;
const longestPause = 100;

/** Changes of the same first key wait for one another in this process, so that they do not outrun each other. */
function updater(storage: Storage): Metadata['update'] {
  const turns = createTurns();

  const attempts = async <T>(keys: readonly string[], act: (values: readonly unknown[]) => Change<T>) => {
    for (let tries = 0; tries < mostTries; tries++) {
      const texts = await storage.read(keys);
      const values = keys.map((key, index) => valueIn(key, texts[index]));
      const { result, writes = [], seconds } = act(values);
      const rows = [...writes].map(([key, value]) => writeOf(key, value, seconds));
      const expected = new Map(keys.map((key, index) => [key, texts[index]]));
      if (rows.length === 0 || (await storage.commit(rows, expected))) return result;
      await pause(Math.random() * Math.min(longestPause, 2 ** tries));
    }
    throw new Error(`others changed ${keys[0]} ${mostTries} times while it was to be changed`);
  };

  return (keys, act) => turns(keys[0] ?? '', () => attempts(keys, act));
}

function writeOf(key: string, value: unknown, seconds: number | undefined): Write {
  if (value === undefined) return { key, text: undefined };
  const expires = seconds === undefined ? undefined : Date.now() + seconds * 1000;
  const envelope = { value, ...(expires !== undefined && { expires }) };
  return { key, text: sealed(key, JSON.stringify(envelope)), ...(expires !== undefined && { expires }) };
}

function valueIn(key: string, text: string | undefined): unknown {
  return text === undefined ? undefined : readEnvelope(opened(key, text) ?? '').value;
}

function readEnvelope(json: string): { value: unknown; expires?: number } {
  try {
    const envelope: unknown = JSON.parse(json);
    if (typeof envelope !== 'object' || envelope === null || !('value' in envelope)) return { value: null };
    const { value } = envelope;
    const expires = 'expires' in envelope ? envelope.expires : undefined;
    return { value, ...(typeof expires === 'number' && { expires }) };
  } catch {}
  return { value: null };
}
