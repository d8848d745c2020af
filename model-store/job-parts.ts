import type { Parcels } from './parcels.ts';

/** What stands in a record for a part of a job, and what it stands for. */
export interface JobParts {
  /** Raises 'storage-full' where a part that is a file has no room. Throws where the part is too long. */
  pack(value: unknown): Promise<string>;
  /** Undefined where nothing is kept, or it cannot be read. */
  unpack(stored: unknown): Promise<unknown>;
  /** Removes the files that records named which are no more. Never rejects. */
  drop(stored: readonly unknown[]): Promise<void>;
  /** Removes files that a crash left, which none of these records names. Never rejects. */
  sweep(stored: readonly unknown[]): Promise<void>;
}

/** In characters of JSON and in bytes. Larger parts are files: all records of Redis are in its memory. */
const mostInRecord = 16 * 2 ** 10;
/** Base64 of a lesson's six pictures at the largest size that base models draw, and room for more. */
const mostJson = 64 * 2 ** 20;
/** Milliseconds for which a file may be there before its record is, by clocks that differ. */
const unnamedFor = 24 * 3_600_000;
/** JSON never begins like this. */
const pattern = /^file:(bytes|json):(.+)$/;

/** @param onLeftBehind hears why a file that nobody needs could not be removed */
export function createJobParts(files: Parcels, onLeftBehind: (error: unknown) => void): JobParts {
  const apart = async (kind: 'bytes' | 'json', bytes: Uint8Array) =>
    `file:${kind}:${await files.send(bytes)}`;

  return {
    async pack(value) {
      if (value instanceof Uint8Array && value.length > mostInRecord) return apart('bytes', value);
      const json = jsonOf(value);
      return json.length > mostInRecord ? apart('json', Buffer.from(json)) : json;
    },

    async unpack(stored) {
      if (typeof stored !== 'string') return undefined;
      const [, kind, name] = pattern.exec(stored) ?? [];
      if (name === undefined) return parsed(stored);
      const bytes = await files.open(name);
      if (bytes === undefined || kind === 'bytes') return bytes;
      return parsed(Buffer.from(bytes).toString());
    },

    async drop(stored) {
      for (const name of namesIn(stored)) await files.remove(name).catch(onLeftBehind);
    },

    sweep: (stored) => files.sweep(Date.now() - unnamedFor, namesIn(stored)).catch(onLeftBehind),
  };
}

/** The names of the files that records name. */
export function namesIn(stored: readonly unknown[]): ReadonlySet<string> {
  return new Set(stored.flatMap((one) => (typeof one === 'string' && pattern.exec(one)?.[2]) || []));
}

/** JSON in which bytes are objects with their base64. */
function jsonOf(value: unknown): string {
  const json = JSON.stringify(value, function (this: Record<string, unknown>, key, converted: unknown) {
    const own = this[key];
    return own instanceof Uint8Array ? { base64: Buffer.from(own).toString('base64') } : converted;
  });
  if (json.length > mostJson) throw new RangeError(`${json.length} bytes are too many for a job`);
  return json;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json, (_, value: unknown) =>
      isBytes(value) ? new Uint8Array(Buffer.from(value.base64, 'base64')) : value,
    );
  } catch {
    return undefined;
  }
}

function isBytes(value: unknown): value is { readonly base64: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'base64' in value &&
    typeof value.base64 === 'string' &&
    Object.keys(value).length === 1
  );
}
