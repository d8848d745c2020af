import type { Program } from './programs.ts';

/** The browser that the tests of the local chat drive. */
export const chromium: Program = {
  names: ['chromium', 'chromium-browser', 'google-chrome'],
  variable: 'CHROMIUM',
  packages: ['chromium', 'fonts-dejavu-core'],
  title: "Debian's Chromium for the tests of the local chat",
  sentence:
    "The tests of the local chat need Chromium: install it (Debian's package is called chromium), or set CHROMIUM to the path of yours.",
};
