import { utimes } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { type Blobs, openBlobs } from '../../model-store/blobs.ts';
import { cacheIn } from '../../model-store/cached-blobs.ts';
import { bytes, scratchFolder } from './sample.ts';

const minute = 60_000;

/** Copies of ten bytes each that were written so many minutes ago. */
async function copies(...minutesAgo: readonly number[]) {
  const blobs = openBlobs(await scratchFolder());
  const hashes = await Promise.all(minutesAgo.map((_, index) => blobs.write(bytes(`copy ${index}    `))));
  for (const [index, sha256] of hashes.entries()) {
    const at = (Date.now() - minutesAgo[index]! * minute) / 1000;
    await utimes(blobs.path(sha256), at, at);
  }
  return { blobs, hashes };
}

async function left(blobs: Blobs, hashes: readonly string[]): Promise<readonly number[]> {
  const there = new Set((await Array.fromAsync(blobs.list())).map(({ sha256 }) => sha256));
  return hashes.flatMap((sha256, index) => (there.has(sha256) ? [index] : []));
}

test('copies that were not used for long go', async () => {
  const { blobs, hashes } = await copies(5, 59, 61, 500);
  const cache = await cacheIn(blobs, { bytes: 1e6, age: 60 * minute }, () => {});
  expect(await left(blobs, hashes)).toEqual([0, 1]);
  await cache.close();
});

test('of too many those go that were used longest ago, but none that may be in use', async () => {
  const { blobs, hashes } = await copies(30, 11, 20, 1, 2, 15);
  const cache = await cacheIn(blobs, { bytes: 45, age: 60 * minute }, () => {});
  expect(await left(blobs, hashes)).toEqual([1, 3, 4, 5]);
  await cache.close();
  const crowded = await copies(1, 2, 3, 30);
  await (await cacheIn(crowded.blobs, { bytes: 5, age: 60 * minute }, () => {})).close();
  expect(await left(crowded.blobs, crowded.hashes)).toEqual([0, 1, 2]);
});
