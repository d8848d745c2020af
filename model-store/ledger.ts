import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { keyOf, type Metadata } from './metadata.ts';
import { type Ledger, type LedgerPart, ledgerParts } from './store.ts';

/** Base64 of a lesson's six pictures at the largest size that base models draw, and room for more. */
const mostBytes = 64 * 2 ** 20;
const place = 'ledger';
/** Throws where `job` is no id of one. */
export const partKey = (server: string, job: string, part: LedgerPart) => {
  if (!/^[\w-]{1,40}$/.test(job)) throw new RangeError('a job has an id of 1 to 40 letters and digits');
  return keyOf(place, server, job, part);
};
const keyPattern = /^ledger\/([^/]+)\/([\w-]+)\/(\w+)$/;

/** Jobs in the metadata, each part under a key of its own; files of theirs that are worked with lie in `folder`. They are in a place of their own, so that listing them reads nothing else. */
export async function createLedger(metadata: Metadata, folder: string): Promise<Ledger> {
  const path = (job: string) => join(folder, job);

  const list: Ledger['list'] = async (part, of) => {
    const found: { server: string; job: string; value: unknown }[] = [];
    for await (const key of metadata.keysUnder(of === undefined ? `${place}/` : `${keyOf(place, of)}/`)) {
      const [, server, job, name] = keyPattern.exec(key) ?? [];
      if (server === undefined || job === undefined || name !== part) continue;
      const stored: unknown = await metadata.get(key);
      if (stored !== undefined)
        found.push({ server: decodeURIComponent(server), job, value: unpacked(stored) });
    }
    return found;
  };

  await mkdir(folder, { recursive: true });
  const names = await readdir(folder);
  const known = new Set((await list('order')).map(({ job }) => job));
  for (const name of names) if (!known.has(name)) await rm(path(name), { force: true });

  return {
    list,
    async write(server, job, parts) {
      const entries = Object.entries(parts) as [LedgerPart, unknown][];
      await metadata.setMany(
        entries.map(([part, value]) => ({ key: partKey(server, job, part), value: packed(value) })),
      );
    },
    read: async (server, job, part) => unpacked(await metadata.get(partKey(server, job, part))),
    async remove(server, job, part) {
      const parts = part === undefined ? ledgerParts : [part];
      await metadata.deleteMany(parts.map((one) => partKey(server, job, one)));
      if (part === undefined) await rm(path(job), { force: true });
    },
    path,
  };
}

/** JSON in which bytes are objects with their base64. Throws where it is too long. */
function packed(value: unknown): string {
  const json = JSON.stringify(value, function (this: Record<string, unknown>, key, converted: unknown) {
    const own = this[key];
    return own instanceof Uint8Array ? { base64: Buffer.from(own).toString('base64') } : converted;
  });
  if (json.length > mostBytes) throw new RangeError(`${json.length} bytes are too many for a job`);
  return json;
}

/** Undefined where nothing was kept, or it cannot be read. */
function unpacked(stored: unknown): unknown {
  if (typeof stored !== 'string') return undefined;
  try {
    return JSON.parse(stored, (_, value: unknown) =>
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
