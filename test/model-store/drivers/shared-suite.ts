import { describe, expect, it, onTestFinished } from 'vitest';
import type { Storage } from '../../../model-store/drivers/storage.ts';
import type { LocalServer } from '../../fakes/servers/process.ts';

/** What drivers promise besides whose storage several processes share. */
export function testSharedStorage(
  name: string,
  fresh: () => Promise<() => Promise<Storage>>,
  server: () => LocalServer,
): void {
  describe(`storage that processes share in ${name}`, () => {
    it('is opened by several at once, also the first time', async () => {
      const open = await fresh();
      const all = await Promise.all(Array.from({ length: 4 }, open));
      onTestFinished(async () => void (await Promise.all(all.map((one) => one.close()))));
      await all[0]!.commit([{ key: 'a', text: '1' }]);
      expect(await all[3]!.read(['a'])).toEqual(['1']);
    });

    it('is there again after its server was killed, and a commit that was under way is made once', async () => {
      const open = await fresh();
      const storage = await open();
      onTestFinished(() => storage.close());
      const counting = (async () => {
        for (let next = 1; next <= 60; next++) {
          const before = next === 1 ? undefined : String(next - 1);
          const made = await storage.commit(
            [{ key: 'count', text: String(next) }],
            new Map([['count', before]]),
          );
          if (!made) return next;
        }
      })();
      await server().kill();
      await server().start();
      expect(await counting, 'the first commit that was refused').toBeUndefined();
      expect(await storage.read(['count'])).toEqual(['60']);
    });
  });
}
