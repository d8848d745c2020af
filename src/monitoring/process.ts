import { readdirSync, readFileSync } from 'node:fs';

/** Memory that a process has resident, in bytes; undefined where the system does not tell, or the process is no more. */
export function residentBytes(id: number | undefined): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}

/** How many files, pipes and connections a process has open; undefined as for {@link residentBytes}. */
export function openFiles(id: number | undefined): number | undefined {
  try {
    return readdirSync(`/proc/${id}/fd`).length;
  } catch {
    return undefined;
  }
}
