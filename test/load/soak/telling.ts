import { appendFileSync } from 'node:fs';
import { openFiles } from '../../../src/monitoring/process.ts';
import type { Sample } from './growth.ts';

/**
 * Loaded into every process of a soak before its own program: every so often it collects all garbage, and adds what is left to a file. It ends a
 * process whose soak is gone. The query of its address says to which file and after how many seconds: an engine has no variables that it does not know.
 */

const asked = new URL(import.meta.url).searchParams;
const [file, seconds] = [asked.get('file'), asked.get('seconds')];
const parent = process.ppid;

function tell(): void {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  const sample: Sample = {
    pid: process.pid,
    at: Date.now(),
    held: heapUsed + external,
    resident: rss,
    files: openFiles(process.pid) ?? null,
  };
  appendFileSync(file!, `${JSON.stringify(sample)}\n`);
}

setInterval(tell, Number(seconds) * 1000).unref();
