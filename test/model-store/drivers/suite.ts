import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { rowsUnder, type Storage } from '../../../model-store/drivers/storage.ts';

/** What every driver promises. `fresh` empties what there is and returns how to open it, once for each process that would. */
export function testStorage(name: string, fresh: () => Promise<() => Promise<Storage>>): void {
  const opened = async () => {
    const storage = await (await fresh())();
    onTestFinished(() => storage.close());
    return storage;
  };
  const put = (key: string, text: string) => ({ key, text });
  const drop = (key: string) => ({ key, text: undefined });

  describe(`storage in ${name}`, () => {
    it('has what was written, and nothing else', async () => {
      const storage = await opened();
      const odd = 'ä\u0001 "quoted" \u2028 😀';
      expect(await storage.commit([put('a', '1'), put('b', odd)])).toBe(true);
      await storage.commit([put('a', '2'), drop('c')]);
      expect(await storage.read(['b', 'x', 'a', 'b'])).toEqual([odd, undefined, '2', odd]);
      await storage.commit([drop('a')]);
      expect(await storage.read(['a'])).toEqual([undefined]);
      expect(await storage.read([])).toEqual([]);
      expect(await storage.commit([])).toBe(true);
    });

    it('keeps large texts whole, and many at once', async () => {
      const storage = await opened();
      const large = Array.from({ length: 200_000 }, (_, index) => index.toString(36)).join(' ');
      await storage.commit([
        put('large', large),
        ...Array.from({ length: 1000 }, (_, i) => put(`many ${i}`, `${i}`)),
      ]);
      expect((await storage.read(['large']))[0] === large).toBe(true);
      expect(await storage.read(['many 0', 'many 999'])).toEqual(['0', '999']);
    });

    it('commits only where everything is as expected, and then all of it', async () => {
      const storage = await opened();
      await storage.commit([put('a', '1'), put('b', '2')]);
      const refused: (readonly [string, string | undefined])[][] = [
        [['a', '2']],
        [['a', undefined]],
        [['x', '1']],
        [
          ['a', '1'],
          ['b', '1'],
        ],
      ];
      for (const expected of refused) {
        expect(await storage.commit([put('a', 'no'), put('c', 'no'), drop('b')], new Map(expected))).toBe(
          false,
        );
      }
      expect(await storage.read(['a', 'b', 'c'])).toEqual(['1', '2', undefined]);
      const expected = new Map([
        ['a', '1'],
        ['b', '2'],
        ['c', undefined],
      ]);
      expect(await storage.commit([put('a', 'yes'), put('c', ''), drop('b')], expected)).toBe(true);
      expect(await storage.read(['a', 'b', 'c'])).toEqual(['yes', undefined, '']);
    });

    it('counts right when many count at once, keys that are not there yet included', async () => {
      const storage = await opened();
      const count = async () => {
        for (;;) {
          const [text] = await storage.read(['count']);
          const next = String(Number(text ?? '0') + 1);
          if (await storage.commit([put('count', next)], new Map([['count', text]]))) return next;
        }
      };
      const numbers = await Promise.all(Array.from({ length: 12 }, count));
      expect(new Set(numbers).size).toBe(12);
      expect(await storage.read(['count'])).toEqual(['12']);
    });

    it('lists keys by prefix in the order of their bytes, from wherever', async () => {
      const storage = await opened();
      const keys = ['a', 'a!', 'a/', 'a/%F0', 'a/1', 'a/10', 'a/2', 'a/~', 'a0', 'b/1', 'aé/1'];
      await storage.commit(keys.map((key) => put(key, key)));
      expect(await storage.keys('a/', '', 10)).toEqual(['a/', 'a/%F0', 'a/1', 'a/10', 'a/2', 'a/~']);
      expect(await storage.keys('a/', 'a/1', 2)).toEqual(['a/10', 'a/2']);
      expect(await storage.keys('a/', 'a/~', 2)).toEqual([]);
      expect(await storage.keys('', '', 99)).toEqual(
        [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
      );
      await storage.commit([drop('a/10')]);
      expect(await storage.keys('a/1', '', 9)).toEqual(['a/1']);
    });

    it('gives all rows of a prefix, however many, while they come and go', async () => {
      const storage = await opened();
      const keys = Array.from({ length: 600 }, (_, index) => `p/${String(index).padStart(3, '0')}`);
      await storage.commit([...keys, 'q/1'].map((key) => put(key, key)));
      const seen: string[] = [];
      for await (const { key, text } of rowsUnder(storage, 'p/')) {
        expect(text).toBe(key);
        seen.push(key);
        if (seen.length % 100 === 1) await storage.commit([drop(key)]);
      }
      expect(seen).toEqual(keys);
    });

    it('forgets what has expired, in reading, listing and expecting', async () => {
      const storage = await opened();
      const soon = Date.now() + 400;
      await storage.commit([
        { ...put('p/soon', 'x'), expires: soon },
        { ...put('p/past', 'x'), expires: Date.now() - 1000 },
        { ...put('p/later', 'x'), expires: soon + 600_000 },
        put('p/kept', 'x'),
      ]);
      expect(await storage.read(['p/past', 'p/later'])).toEqual([undefined, 'x']);
      await vi.waitUntil(async () => (await storage.read(['p/soon']))[0] === undefined, { timeout: 20_000 });
      expect(await storage.keys('p/', '', 2)).toEqual(['p/kept', 'p/later']);
      expect(await storage.commit([put('p/soon', 'y')], new Map([['p/soon', undefined]]))).toBe(true);
      await storage.tidy();
      expect(await storage.keys('', '', 9)).toEqual(['p/kept', 'p/later', 'p/soon']);
    });

    it('has it still when it is opened again', async () => {
      const open = await fresh();
      const first = await open();
      await first.commit([put('a', '1')]);
      await first.close();
      const second = await open();
      onTestFinished(() => second.close());
      expect(await second.read(['a'])).toEqual(['1']);
    });
  });
}
