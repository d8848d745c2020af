import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Patience } from '../../../model-store/drivers/patience.ts';
import type { Storage } from '../../../model-store/drivers/storage.ts';
import { cuttable } from '../../fakes/cuttable.ts';
import type { LocalServer } from '../../fakes/servers/process.ts';

/** What drivers promise besides whose storage several processes share. */
export function testSharedStorage(
  name: string,
  fresh: () => Promise<(url?: string, patience?: Patience) => Promise<Storage>>,
  server: () => LocalServer,
): void {
  describe(`storage that processes share in ${name}`, () => {
    it('is opened by several at once, also the first time', async () => {
      const open = await fresh();
      const all = await Promise.all(Array.from({ length: 4 }, () => open()));
      onTestFinished(async () => void (await Promise.all(all.map((one) => one.close()))));
      await all[0]!.commit([{ key: 'a', text: '1' }]);
      expect(await all[3]!.read(['a'])).toEqual(['1']);
    });

    it('has records expire by the clock of its server, whatever that of who wrote or reads them', async () => {
      const storage = await (await fresh())();
      onTestFinished(() => storage.close());
      const hour = 3_600_000;
      const now = Date.now();
      vi.useFakeTimers({ toFake: ['Date'], now: now + 2 * hour });
      onTestFinished(() => void vi.useRealTimers());
      await storage.commit([
        { key: 'past', text: '1', expires: now - hour },
        { key: 'later', text: '2', expires: now + hour },
      ]);
      expect(await storage.read(['past', 'later'])).toEqual([undefined, '2']);
      expect(await storage.keys('', '', 9)).toEqual(['later']);
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

    it('rejects what is asked of a server that says nothing any more, and is there again once that does, without what was given up', async () => {
      const open = await fresh();
      const { url, port } = server();
      const way = await cuttable(port);
      onTestFinished(() => way.close());
      const patience = { connectSeconds: 0.3, answerSeconds: 0.3, seconds: 1 };
      const storage = await open(url.replace(`:${port}`, `:${way.port}`), patience);
      onTestFinished(() => storage.close());
      await storage.commit([{ key: 'a', text: '1' }]);
      way.cut();
      const asked = [storage.read(['a']), storage.commit([{ key: 'a', text: 'given up' }])];
      for (const { status } of await Promise.allSettled(asked)) expect(status).toBe('rejected');
      way.mend();
      expect(await storage.read(['a'])).toEqual(['1']);
      expect(await storage.commit([{ key: 'a', text: '2' }])).toBe(true);
      expect(await storage.read(['a'])).toEqual(['2']);
    }, 15_000);

    it('makes a commit once that a server which says nothing for a moment is asked for', async () => {
      const open = await fresh();
      const { url, port } = server();
      const way = await cuttable(port);
      onTestFinished(() => way.close());
      const patience = { connectSeconds: 0.3, answerSeconds: 0.3, seconds: 10 };
      const storage = await open(url.replace(`:${port}`, `:${way.port}`), patience);
      onTestFinished(() => storage.close());
      way.cut();
      const committing = storage.commit([{ key: 'a', text: '1' }], new Map([['a', undefined]]));
      setTimeout(() => way.mend(), 500);
      expect(await committing).toBe(true);
      expect(await storage.read(['a'])).toEqual(['1']);
    });
  });
}
