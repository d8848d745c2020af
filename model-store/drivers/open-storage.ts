import { join } from 'node:path';
import { databaseName } from '../upkeep/layout.ts';
import { openPostgres } from './postgres.ts';
import { openRedis } from './redis.ts';
import { openSqlite } from './sqlite.ts';
import type { Storage } from './storage.ts';

/** The records at an address of Redis or Postgres, or those in the SQLite file of a data folder where none is given. */
export async function openStorage(folder: string, url?: string): Promise<Storage> {
  if (url === undefined) return openSqlite(join(folder, databaseName));
  return url.startsWith('redis') ? openRedis(url) : openPostgres(url);
}
