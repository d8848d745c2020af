import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createBot } from '../../../commands/bot/bot.ts';
import { plainText } from '../../../commands/bot/rich-text.ts';
import { loadCommands } from '../../../commands/index.ts';
import type { ModelStore } from '../../../model-store/open.ts';
import { askWorkers } from '../../../src/jobs/bullmq/asking.ts';
import { openLeases } from '../../../src/jobs/bullmq/leases.ts';
import { workOn } from '../../../src/jobs/bullmq/working.ts';
import { createStudio, jobsFor } from '../../../src/studio/create.ts';
import { attachment, recordConversation } from '../../fakes/conversation.ts';
import { type Cuttable, cuttable } from '../../fakes/cuttable.ts';
import { createFakeEngine, type FakeEngine } from '../../fakes/engine.ts';
import type { LocalServer } from '../../fakes/servers/process.ts';
import { scratchFolder, storeIn } from '../../model-store/sample.ts';
import { jpeg } from '../../studio/scene.ts';

/** Something that somebody asks a bot for. */
export interface Asking {
  readonly server: string;
  readonly command: string;
  readonly options: Readonly<Record<string, unknown>>;
}

export interface SiteBot {
  /** Asks, and resolves with the number of what was asked once that is in line. */
  ask(asking: Asking): Promise<number>;
  readonly way: Cuttable;
}

export interface SiteWorker {
  readonly engine: FakeEngine;
  readonly way: Cuttable;
}

/** Bots and workers that share a store and a Redis, each with a way there of its own and a disk of its own. */
export interface Site {
  readonly store: ModelStore;
  readonly prefix: string;
  /** What was posted in answer to each thing that was asked for, by its number. */
  readonly posted: readonly string[][];
  bot(): Promise<SiteBot>;
  worker(): Promise<SiteWorker>;
}

/** How long a bot or a worker may be silent before it has lost its jobs. */
const silentMilliseconds = 900;
const prefix = '{site}';
const onError = () => {};
const log = { info() {}, error() {} };

export async function openSite(redis: LocalServer): Promise<Site> {
  const store = await storeIn(await scratchFolder());
  const commands = await loadCommands();
  const pictures = [attachment(await jpeg(90, 90))];
  const posted: string[][] = [];
  const ways: Cuttable[] = [];
  const closings: (() => Promise<void>)[] = [];
  onTestFinished(async () => {
    await Promise.all(closings.map((close) => close()));
    await Promise.all(ways.map((way) => way.close()));
  });

  const wayTo = async () => {
    const way = await cuttable(redis.port);
    ways.push(way);
    return { way, broker: { url: `redis://127.0.0.1:${way.port}`, prefix, onError } };
  };
  const given = async (engine: FakeEngine) => {
    const { concepts, servers, records } = store;
    const folder = await scratchFolder();
    const ledger = { ...store.ledger, path: (job: string) => join(folder, job) };
    return { store: concepts, servers, records, ledger, engine, model: 'folder' };
  };
  const placeOf = (number: number) => ({
    ...recordConversation(),
    address: () => number,
    reply: async ({ text }: { text: Parameters<typeof plainText>[0] }) =>
      void posted[number]!.push(plainText(text)),
  });

  return {
    store,
    prefix,
    posted,
    async bot() {
      const { way, broker } = await wayTo();
      const perServer = { teach: 50, imagine: 50 };
      const asking = askWorkers({ ...broker, perServer, pollMilliseconds: 50 });
      const leases = openLeases({ ...broker, silentMilliseconds });
      const parts = await given(createFakeEngine());
      const studio = createStudio({ ...parts, jobs: asking.driver });
      const { jobs } = store;
      const shared = { ledger: parts.ledger, leases, lookMilliseconds: 100 };
      const bot = createBot({ commands, studio, jobs, log, ...shared });
      closings.push(async () => {
        way.mend();
        bot.stop();
        await studio.close();
        await leases.close();
        await asking.close();
      });
      await bot.takeUp('site', async (address) => placeOf(Number(address)));
      return {
        way,
        ask({ server, command, options }) {
          const number = posted.push([]) - 1;
          const inLine = Promise.withResolvers<number>();
          const conversation = placeOf(number);
          const progress = () => {
            if (conversation.views.push({} as never) === 2) inLine.resolve(number);
          };
          const user = { id: `user ${number}`, name: 'Somebody', role: 'teacher' } as const;
          const withFiles = command === 'teach' ? { ...options, pictures } : options;
          const where = { id: `site:${server}`, name: server };
          void bot
            .run({ server: where, user, command, options: withFiles }, { ...conversation, progress })
            .finally(() => inLine.resolve(number));
          return inLine.promise;
        },
      };
    },
    async worker() {
      const { way, broker } = await wayTo();
      const engine = createFakeEngine();
      const works = { model: { id: 'model-1', name: 'one' }, running: { teach: 2, imagine: 3 } };
      const handlers = jobsFor(await given(engine));
      const worker = workOn(handlers, { ...broker, ...works, silentMilliseconds });
      closings.push(async () => {
        way.mend();
        await worker.close();
      });
      return { engine, way };
    },
  };
}
