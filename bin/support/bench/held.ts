import { readFile } from 'node:fs/promises';

/** Bytes of this process that are its own, and those of files that are mapped into it, a page once; null where the system does not tell. */
export async function held(): Promise<{ readonly own: number; readonly mapped: number } | null> {
  const rollup = await readFile('/proc/self/smaps_rollup', 'utf8').catch(() => undefined);
  if (rollup === undefined) return null;
  const kilobytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(rollup)?.[1] ?? 0);
  return { own: kilobytes('Pss_Anon') * 1024, mapped: kilobytes('Pss_File') * 1024 };
}
