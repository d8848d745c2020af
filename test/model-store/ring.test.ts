import { describe, expect, it } from 'vitest';
import { openMemory } from '../../model-store/drivers/memory.ts';
import { openMetadata } from '../../model-store/metadata.ts';
import { createRing } from '../../model-store/ring.ts';
import { scratchFolder, storeIn } from './sample.ts';

describe('a ring', () => {
  it('keeps the newest, oldest first, and finds each by its number', async () => {
    const ring = createRing(openMetadata(openMemory()), 3, 100);
    for (const value of ['a', 'b', 'c', 'd']) await ring.append('p', value);
    expect(await ring.list('p')).toEqual(['b', 'c', 'd']);
    expect(await ring.at('p', 4)).toBe('d');
    expect(await ring.at('p', 1)).toBeUndefined();
    expect(await ring.at('p', 5)).toBeUndefined();
    expect(await ring.list('q')).toEqual([]);
  });

  it('drops what it is told to, and what is left keeps its number', async () => {
    const ring = createRing(openMetadata(openMemory()), 3, 100);
    for (const value of ['a', 'b', 'c', 'b', 'd']) await ring.append('p', value);
    await ring.append('q', 'b');
    expect(await ring.drop('p', (value) => value === 'b')).toBe(1);
    expect(await ring.list('p')).toEqual(['c', 'd']);
    expect([await ring.at('p', 4), await ring.at('p', 5)]).toEqual([undefined, 'd']);
    expect(await ring.append('p', 'e')).toBe(6);
    expect(await ring.list('q')).toEqual(['b']);
    expect(await ring.drop('r', () => true)).toBe(0);
  });

  it('loses nothing when many append at once', async () => {
    const ring = createRing(openMetadata(openMemory()), 100, 100);
    const numbers = await Promise.all(Array.from({ length: 40 }, (_, index) => ring.append('p', index)));
    expect(new Set(numbers).size).toBe(40);
    expect((await ring.list('p')).length).toBe(40);
  });

  it('refuses what is too long', async () => {
    await expect(createRing(openMetadata(openMemory()), 3, 100).append('p', 'é'.repeat(50))).rejects.toThrow(
      RangeError,
    );
  });
});

describe('job records and messages', () => {
  it('outlive a restart and stay with their server or channel', async () => {
    const folder = await scratchFolder();
    const before = await storeIn(folder);
    const id = await before.jobs.put('a', { user: 'ada', prompt: 'A <new1> dog', seed: 7 });
    await before.messages.append('a', { text: 'hello' });
    await before.close();
    const after = await storeIn(folder);
    expect(await after.jobs.get('a', id)).toEqual({ user: 'ada', prompt: 'A <new1> dog', seed: 7 });
    expect(await after.jobs.get('b', id)).toBeUndefined();
    for (const wrong of ['', '-1', '1.5', 'NaN', '1e99', '../1']) {
      expect(await after.jobs.get('a', wrong)).toBeUndefined();
    }
    expect(await after.messages.list('a')).toEqual([{ text: 'hello' }]);
    expect(await after.messages.list('b')).toEqual([]);
  });
});
