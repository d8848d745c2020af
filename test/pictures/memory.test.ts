import { describe, expect, test } from 'vitest';
import { handmadePng, packedZeros, pngChunk, unfilteredRows } from './files.ts';
import { read, refusal } from './taking.ts';

describe('a picture that would fill the memory', () => {
  /** How far `work` raised the most memory this process ever held, in MB. */
  async function megabytesMore(work: () => Promise<unknown>): Promise<number> {
    const before = process.resourceUsage().maxRSS;
    await work();
    return (process.resourceUsage().maxRSS - before) / 1e3;
  }

  test('is refused by its header: 30,000 × 30,000 pixels that are not even there', async () => {
    const sentence = await refusal(handmadePng(30_000, 30_000));
    expect(sentence).toMatch(/30000 × 30000 pixels, more than the 50 million allowed\. Send a smaller copy/);
  });

  test('is refused by its header, its pixels left packed', async () => {
    const bytes = handmadePng(30_000, 30_000, { packed: await packedZeros(300) });
    const more = await megabytesMore(async () => {
      expect(await refusal(bytes)).toMatch(/30000 × 30000/);
    });
    expect(more).toBeLessThan(50);
  });

  test('has no more unpacked than its header declares', async () => {
    const bytes = handmadePng(32, 32, { packed: await packedZeros(300) });
    expect(bytes.length).toBeLessThan(400e3);
    expect(await megabytesMore(() => read(bytes))).toBeLessThan(50);
  });

  test('has its compressed notes left packed', async () => {
    const note = Buffer.concat([Buffer.from('a\0\0'), await packedZeros(300)]);
    const before = [pngChunk('zTXt', note), pngChunk('iCCP', note)];
    const bytes = handmadePng(32, 32, { pixels: unfilteredRows(32, 32, [1, 2, 3]), before });
    expect(await megabytesMore(() => read(bytes))).toBeLessThan(50);
  });

  test('may not have a size that no PNG can have', async () => {
    expect(await refusal(handmadePng(2 ** 31, 2 ** 31))).toMatch(/damaged/);
  });
});
