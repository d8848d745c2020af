import { expect, test } from 'vitest';
import { encodeSafetensors, longestSentHeader } from '../../../src/safetensors.ts';
import { decodeArchive, encodeArchive, isArchive } from '../../../src/studio/data/archive.ts';
import { archiveLimits as limits } from '../../../src/studio/limits.ts';
import { sampleConcept } from '../../model-store/sample.ts';

/** Of one place of a file, in the decimal digits of a header. */
const mostDigits = String(limits.bytes).length;

test('the header of the largest export is no longer than that of a file that is taken', () => {
  const [weights, sample] = [Uint8Array.of(1), Uint8Array.of(2)];
  const concepts = Array.from({ length: limits.concepts }, (_, index) => {
    const concept = { ...sampleConcept(limits.numbers - index, weights, sample), model: 'm' };
    return { concept, weights, sample };
  });
  const entries = new Map(
    Array.from({ length: limits.entries }, (_, i) => ['a'.repeat(21 + i), {}] as const),
  );
  const bytes = encodeArchive({ model: 'm'.repeat(64), home: 'h'.repeat(64), concepts, entries });
  const header = Number(Buffer.from(bytes).readBigUInt64LE());
  const files = 3 * limits.concepts + limits.entries;
  expect(header + files * 3 * mostDigits).toBeLessThan(longestSentHeader);
  expect(isArchive(bytes)).toBe(true);
});

test('a file with a longer header is no export, and nobody waits for what it says', () => {
  const bytes = encodeSafetensors(new Map(), {
    format: 'keepsake-server',
    version: '1',
    more: 'x'.repeat(longestSentHeader),
  });
  expect(isArchive(bytes)).toBe(false);
  expect(() => decodeArchive(bytes)).toThrowError(/header claims/);
});
