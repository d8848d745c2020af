import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Keyv } from 'keyv';
import { raise } from '../../src/result.ts';
import { sealed } from '../sealed.ts';
import { backUp } from './backup.ts';
import { backupsName } from './layout.ts';
import { type ExpiringRow, expiryOf, putRows, rowsOf } from './rows.ts';

/** Of what the store writes now. Where it is raised, a step that brings the one before up to it goes into `steps`. */
export const storeVersion = 2;

const versionKey = 'store-version';

/** Each brings the metadata from the version of its number to the next one. Begun anew after a crash, it does what is left. */
const steps: Readonly<Record<number, (metadata: Keyv) => Promise<void>>> = { 1: sealAll };

/**
 * Brings a data folder to this version: a backup first, in `backups/`, then step by step. Raises 'not-allowed' where a newer
 * version wrote it.
 */
export async function migrate(metadata: Keyv, folder: string): Promise<void> {
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
    if (!existsSync(file)) await backUp(metadata, folder, file);
    for (let version = found; version < storeVersion; version++) await steps[version]?.(metadata);
  }
  if (found !== storeVersion) await metadata.set(versionKey, storeVersion);
}

/** 0 where nothing is kept yet; 1 where what is kept says none. */
async function versionOf(metadata: Keyv): Promise<number> {
  const version: unknown = await metadata.get(versionKey);
  if (typeof version === 'number') return version;
  for await (const _ of rowsOf(metadata)) return 1;
  return 0;
}

/** Version 2 has a checksum before each record. */
async function sealAll(metadata: Keyv): Promise<void> {
  await putRows(metadata, sealedRows(metadata));
}

async function* sealedRows(metadata: Keyv): AsyncGenerator<ExpiringRow> {
  for await (const { key, text } of rowsOf(metadata)) {
    if (!text.startsWith('{')) continue;
    const expires = expiryOf(text);
    yield { key, text: sealed(text), ...(expires !== undefined && { expires }) };
  }
}
