import { appendFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { openFiles } from '../../../src/monitoring/process.ts';
import type { Sample } from './growth.ts';

/**
 * Loaded into every process of a soak before its own program: every so often it collects all garbage, and adds what is left to a file. It ends a
 * process whose soak is gone. The query of its address says to which file and after how many seconds: an engine has no variables that it does not know.
 */

const asked = new URL(import.meta.url).searchParams;
const [file, seconds] = [asked.get('file'), asked.get('seconds')];
const parent = process.ppid;

async function tell(): Promise<void> {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
  // What native libraries have for an object that was collected is let go of a moment later.
  for (let times = 0; times < 2; times++) {
    globalThis.gc?.();
    await pause(50);
  }
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

setInterval(() => void tell(), Number(seconds) * 1000).unref();
