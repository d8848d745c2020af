import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { root, tracked } from './tracked.ts';

/** Where tests are of several parts together. */
const together = ['test/end-to-end', 'test/load', 'test/model-store/kills'];

test('every test lies in the folder that what it tests lies in, apart from those of several parts together', () => {
  const folders = tracked
    .filter((file) => file.startsWith('test/') && file.endsWith('.test.ts'))
    .map(dirname)
    .filter((folder) => !together.some((one) => folder === one || folder.startsWith(`${one}/`)));
  const isInProduct = (folder: string) => {
    const rest = folder.replace(/^test\/?/, '');
    return existsSync(join(root, rest)) || existsSync(join(root, 'src', rest));
  };
  expect([...new Set(folders)].filter((folder) => !isInProduct(folder))).toEqual([]);
});
