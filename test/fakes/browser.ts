import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const places = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
const args = ['no-sandbox', 'disable-gpu', 'disable-quic', 'no-first-run', 'disable-background-networking'];

/** Starts the machine's Chromium without a window. Throws where there is none. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = places.find((path) => path !== undefined && existsSync(path));
  if (executablePath === undefined) {
    throw new Error(
      'The tests of the local chat need Chromium: apt-get install chromium, or set CHROMIUM to its path.',
    );
  }
  const flags = [...args, 'disable-component-update', 'disable-sync'].map((flag) => `--${flag}`);
  return chromium.launch({ executablePath, args: flags, timeout: 60_000 });
}
