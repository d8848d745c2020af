import { stat } from 'node:fs/promises';
import { z } from 'zod';
import type { Ledger, LedgerPart } from '../../model-store/store.ts';
import type { Log } from '../../src/log.ts';
import { attempt, raise, unwrap } from '../../src/result.ts';
import { createTurns } from '../../src/turns.ts';
import { messagesIn } from '../locales/index.ts';
import type { AcceptedJob, AcceptedJobs, KeptReply } from './accepted.ts';
import { commandAsked } from './asking.ts';
import type { OutgoingReply } from './conversation.ts';
import { withFiles, withoutFiles } from './kept-files.ts';
import { type Order, readOrder } from './order.ts';

/** Of a job that does not get on: then it is taken to be what stops the bot. */
const mostStarts = 3;
/** Larger answers are worked out again. */
const mostReplyBytes = 32 * 2 ** 20;

/** Without a ledger jobs end with the process. What is kept of one is written one thing after another, and told in the log; jobs do not wait for one another. */
export function createAcceptedJobs(
  ledger: Ledger | undefined,
  log: Log,
  now: () => number = Date.now,
): AcceptedJobs {
  return ledger ? keptJobs(ledger, log, now) : jobsOfTheProcess;
}

const givenUpLine = 'a job was given up; npm run jobs -- list tells why';
const lostLine = 'a job was given up, and nothing of it was kept';

const nothing = async () => {};
const jobsOfTheProcess: AcceptedJobs = {
  has: () => false,
  accept: nothing,
  move: nothing,
  answer: nothing,
  end: nothing,
  bury: nothing,
  waiting: async () => [],
  toTakeUp: async () => [],
  take: nothing,
  begin: nothing,
  stop: nothing,
  isCancelled: async () => false,
  rest: nothing,
  mayAnswer: async () => true,
  leave() {},
  isElsewhere: () => false,
};

const endedMeanwhile = () => new Error('the job has ended since it was seen');

interface Known {
  readonly server: string;
  readonly order: Order;
  readonly begun?: true;
}

function keptJobs(ledger: Ledger, log: Log, now: () => number): AcceptedJobs {
  const known = new Map<string, Known>();
  const left = new Set<string>();
  const turns = createTurns();

  /** Writes something of a job that this process has, in its turn: what has ended by then stays so. */
  const change = (id: string, act: (job: Known) => Promise<void>) =>
    turns(id, async () => {
      const job = known.get(id);
      if (job) await act(job);
    });
  const leave = (id: string) => {
    if (known.delete(id)) left.add(id);
  };
  /** Writes parts of a job where it has not ended. One that has, through another bot, is left. */
  const write = async (server: string, id: string, parts: Partial<Record<LedgerPart, unknown>>) => {
    const written = await attempt(() => ledger.write(server, id, parts, {}));
    if (!written.ok && written.problem.code === 'cancelled') return leave(id);
    unwrap(written);
  };
  const keep = async (id: string, server: string, order: Order, begun?: true) => {
    await write(server, id, { order });
    if (known.has(id)) known.set(id, { server, order, ...(begun && { begun }) });
  };
  /** When its checkpoint was written last, here or on another machine. */
  const reachedBy = async (id: string, server: string) => {
    const here = await stat(ledger.path(id)).catch(() => undefined);
    const elsewhere = Number((await ledger.read(server, id, 'reached')) ?? 0);
    return Math.max(here?.mtimeMs ?? 0, elsewhere);
  };
  const jobOf = async (server: string, id: string, order: Order) => {
    const { at, address } = order;
    const reply = (await ledger.read(server, id, 'reply')) as KeptReply | undefined;
    const hasWork = (await ledger.read(server, id, 'work')) !== undefined;
    return { id, asked: withFiles(order, hasWork), address, at, ...(reply && { reply }) };
  };

  const waiting: AcceptedJobs['waiting'] = async (platform, isWanted = async () => true) => {
    const dead = new Set((await ledger.list('dead')).map(({ job }) => job));
    const jobs: (AcceptedJob & { readonly at: number })[] = [];
    for (const { server, job: id, value } of await ledger.list('order')) {
      if (!server.startsWith(`${platform}:`) || dead.has(id) || known.has(id)) continue;
      const order = readOrder(server, value);
      if (order && !(await isWanted(server, id))) continue;
      if (order) jobs.push(await jobOf(server, id, order));
      else await write(server, id, { dead: { at: now(), reason: damaged } satisfies Death });
    }
    return jobs.sort((a, b) => a.at - b.at);
  };

  return {
    has: (id) => known.has(id),

    accept: (id, asked, address) =>
      turns(id, async () => {
        if (known.has(id)) return;
        const order = { at: now(), ...withoutFiles(asked), address, starts: 0, reached: 0 };
        await ledger.write(asked.server.id, id, { order });
        known.set(id, { server: asked.server.id, order });
        log.info(
          { job: id, server: asked.server.id, command: commandAsked(asked) ?? '' },
          'a job was accepted',
        );
      }),

    move: (id, address) =>
      change(id, ({ server, order, begun }) => keep(id, server, { ...order, address }, begun)),

    answer: (id, reply) =>
      change(id, async ({ server }) => {
        if (bytesOf(reply.whole) <= mostReplyBytes) await write(server, id, { reply });
      }),

    end: (id) =>
      change(id, async ({ server, order }) => {
        const seconds = (now() - order.at) / 1000;
        await ledger.remove(server, id);
        known.delete(id);
        log.info({ job: id, seconds }, 'a job has ended');
      }),

    bury: (id, { code, message: reason }) =>
      change(id, async ({ server, order }) => {
        const needsFiles = Object.values(order.files).some(({ length }) => length > 0);
        const lost = needsFiles && (await ledger.read(server, id, 'work')) === undefined;
        if (lost) await ledger.remove(server, id);
        else await write(server, id, { dead: { at: now(), reason } satisfies Death });
        if (known.delete(id)) log.error({ job: id, server, code }, lost ? lostLine : givenUpLine);
      }),

    waiting,
    toTakeUp: waiting,

    take: ({ id, asked: { server, user } }) =>
      turns(id, async () => {
        const order = readOrder(server.id, await ledger.read(server.id, id, 'order'));
        if (order) left.delete(id);
        else left.add(id);
        if (!order) throw endedMeanwhile();
        known.set(id, { server: server.id, order });
        log.info(
          { job: id, server: server.id, command: commandAsked(order.asked) ?? '' },
          'a job was taken up again',
        );
        const gotOn = (await reachedBy(id, server.id)) > order.reached;
        if (gotOn) await keep(id, server.id, { ...order, starts: 0 });
        else if (order.starts >= mostStarts)
          raise('engine-down', messagesIn(user.locale).bot.stoppedTooOften(mostStarts));
        if (!known.has(id)) throw endedMeanwhile();
      }),

    begin: (id) =>
      change(id, async ({ server, order, begun }) => {
        if (begun) return;
        await keep(
          id,
          server,
          { ...order, starts: order.starts + 1, reached: await reachedBy(id, server) },
          true,
        );
      }),

    stop: (id) => change(id, ({ server }) => write(server, id, { cancelled: now() })),

    async isCancelled(id) {
      const job = known.get(id);
      return job !== undefined && (await ledger.read(job.server, id, 'cancelled')) !== undefined;
    },

    rest: (id) =>
      change(id, async ({ server, order, begun }) => {
        if (begun) await keep(id, server, { ...order, starts: order.starts - 1 });
        log.info({ job: id }, 'a job rests until the next start');
      }),

    async mayAnswer(id) {
      const job = known.get(id);
      return !job || (await ledger.read(job.server, id, 'order')) !== undefined;
    },

    leave,

    isElsewhere: (id) => left.has(id),
  };
}

/** Why nothing more is done about a job, and since when, in milliseconds since the epoch. */
export const deathSchema = z.object({ at: z.number(), reason: z.string() });
type Death = z.infer<typeof deathSchema>;

/** Why nothing is done about a job whose record cannot be read. */
export const damaged = 'Its record is damaged.';

function bytesOf({ pictures = [], files = [], singles = [] }: OutgoingReply): number {
  const sizes = [
    ...pictures.map(({ png }) => png.length),
    ...[...files, ...singles].map(({ bytes }) => bytes.length),
  ];
  return sizes.reduce((sum, size) => sum + size, 0);
}
