import { type Browser, chromium } from 'playwright-core';
import { chromium as program } from '../../bin/support/chromium.ts';
import { findProgram } from '../../bin/support/programs.ts';

const args = ['no-sandbox', 'disable-gpu', 'disable-quic', 'no-first-run', 'disable-background-networking'];

/** Starts the machine's Chromium without a window. Throws where there is none. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = findProgram(program);
  if (executablePath === undefined) throw new Error('There is no Chromium; npm test says what to do.');
  const flags = [...args, 'disable-component-update', 'disable-sync'].map((flag) => `--${flag}`);
  return chromium.launch({ executablePath, args: flags, timeout: 60_000 });
}
