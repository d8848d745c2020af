import { expect, test } from 'vitest';
import { sizeWords } from '../../../adapters/web/page/size.ts';

test.each([
  [1000, '1000 bytes'],
  [1024, '1 kB'],
  [1_000_000, '976 kB'],
  [2 ** 20, '1 MB'],
  [1.5 * 2 ** 20, '1.5 MB'],
  [10_485_760, '10 MB'],
  [1e9, '953.6 MB'],
])('%d bytes are said as %s', (bytes, words) => expect(sizeWords(bytes)).toBe(words));
