import { randomUUID } from 'node:crypto';
import type { Storage } from './drivers/storage.ts';

/** By how much clocks may differ, in milliseconds: what is swept is older. */
const tolerance = 300_000;

/**
 * Whether this process's clock is ahead of the one by which the storage has records expire: one that was to expire a while ago by the former is still
 * there then.
 */
export async function isAhead(storage: Storage): Promise<boolean> {
  const key = `clock/${randomUUID()}`;
  await storage.commit([{ key, text: '', expires: Date.now() - tolerance }]);
  const [text] = await storage.read([key]);
  await storage.commit([{ key, text: undefined }]);
  return text !== undefined;
}
