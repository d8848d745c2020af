import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { raise } from '../../src/result.ts';
import type { Blobs } from '../blobs.ts';
import { type Row, rowsUnder, type Storage, type Write } from '../drivers/storage.ts';
import type { Metadata } from '../metadata.ts';
import { opened, openedWithoutKey, sealed } from '../sealed.ts';
import { backUp } from './backup.ts';
import { backupsName } from './layout.ts';
import { expiryOf, putRows } from './rows.ts';

/** Of what the store writes now. Where it is raised, a step that brings the one before up to it goes into `steps`. */
export const storeVersion = 3;

const versionKey = 'store-version';

/** Each brings the metadata from the version of its number to the next one. Begun anew after a crash, it does what is left. */
const steps: Readonly<Record<number, (metadata: Metadata) => Promise<void>>> = {
  1: sealAll,
  2: sealWithKeys,
};

/**
 * Brings a data folder to this version: a backup first, in `backups/`, then step by step. Raises 'not-allowed' where a newer
 * version wrote it.
 */
export async function migrate(metadata: Metadata, blobs: Blobs, folder: string): Promise<void> {
  const found = await versionOf(metadata);
  if (found > storeVersion) {
    raise(
      'not-allowed',
      `${folder} was written by a newer version of Keepsake, which this one cannot read: update, or restore a backup.`,
    );
  }
  if (found > 0 && found < storeVersion) {
    await mkdir(join(folder, backupsName), { recursive: true });
    const file = join(folder, backupsName, `before-version-${storeVersion}.sqlite`);
    if (!existsSync(file)) await backUp({ storage: metadata.storage, blobs }, folder, file);
    for (let version = found; version < storeVersion; version++) await steps[version]?.(metadata);
  }
  if (found !== storeVersion) await metadata.set(versionKey, storeVersion);
}

/** 0 where nothing is kept yet; 1 where what is kept says none. */
async function versionOf(metadata: Metadata): Promise<number> {
  const [text] = await metadata.storage.read([versionKey]);
  if (text !== undefined) {
    const json = opened(versionKey, text) ?? openedWithoutKey(text);
    const { value } = JSON.parse(json ?? '{}') as { readonly value?: unknown };
    if (typeof value === 'number') return value;
  }
  const some = await metadata.storage.keys('', '', 1);
  return some.length;
}

/** Version 2 has a checksum before each record; it is written as version 3 has it, which leaves it alone then. */
async function sealAll({ storage }: Metadata): Promise<void> {
  await rewrite(storage, '', ({ key, text }) =>
    text.startsWith('{') ? [writeOf(key, sealed(key, text), text)] : [],
  );
}

/**
 * Version 3 has the key in each checksum, and jobs under `ledger/` and each server that left under `departure/`, so that either is listed
 * without reading all else. What there is to know of files, the first sweep finds out.
 */
async function sealWithKeys(metadata: Metadata): Promise<void> {
  const { storage } = metadata;
  await rewrite(storage, '', ({ key, text }) => {
    const json = openedWithoutKey(text);
    return json === undefined ? [] : [writeOf(key, sealed(key, json), json)];
  });
  await rewrite(storage, 'server/', ({ key, text }) => {
    const [, server, rest] = /^server\/([^/]+)\/ledger\/(.+)$/.exec(key) ?? [];
    const json = opened(key, text);
    if (server === undefined || json === undefined) return [];
    const now = `ledger/${server}/${rest}`;
    return [writeOf(now, sealed(now, json), json), { key, text: undefined }];
  });
  await metadata.update(['departures'], ([left]) => ({
    result: undefined,
    writes: [...(Array.isArray(left) ? left.flatMap(departure) : []), ['departures', undefined]],
  }));
}

async function rewrite(storage: Storage, prefix: string, act: (row: Row) => readonly Write[]): Promise<void> {
  const writes = async function* () {
    for await (const row of rowsUnder(storage, prefix)) yield* act(row);
  };
  await putRows(storage, writes());
}

function writeOf(key: string, text: string, json: string): Write {
  const expires = expiryOf(json);
  return { key, text, ...(expires !== undefined && { expires }) };
}

function departure(one: unknown): [string, unknown][] {
  const [server, due] = Array.isArray(one) ? one : [];
  return typeof server === 'string' && typeof due === 'number'
    ? [[`departure/${encodeURIComponent(server)}`, due]]
    : [];
}
