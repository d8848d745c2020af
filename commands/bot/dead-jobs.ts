import type { Ledger } from '../../model-store/store.ts';
import { raise } from '../../src/result.ts';
import { damaged, deathSchema } from './accepting.ts';
import { commandAsked } from './asking.ts';
import { readOrder } from './order.ts';

/** A job that was accepted, as whoever runs the bot sees it. */
export interface JobLine {
  readonly id: string;
  readonly server: string;
  /** The command; undefined where the record cannot be read. */
  readonly command?: string;
  /** When it was accepted, in milliseconds since the epoch. */
  readonly at?: number;
  /** Why nothing more is done about it; undefined while something is. */
  readonly dead?: string;
}

/** All jobs that have not ended, oldest first: those that the next start takes up, and those that were given up. */
export async function jobLines(ledger: Ledger): Promise<readonly JobLine[]> {
  const deaths = new Map(
    (await ledger.list('dead')).map(({ job, value }) => [job, deathSchema.safeParse(value)]),
  );
  const lines = (await ledger.list('order')).map(({ server, job: id, value }): JobLine => {
    const order = readOrder(server, value);
    const death = deaths.get(id);
    const command = commandAsked(order?.asked);
    return {
      id,
      server,
      ...(command !== undefined && { command }),
      ...(order && { at: order.at }),
      ...(death && { dead: death.success ? death.data.reason : damaged }),
    };
  });
  return lines.sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
}

/** Those of them that were given up. */
export async function givenUp(ledger: Ledger): Promise<readonly JobLine[]> {
  return (await jobLines(ledger)).filter(({ dead }) => dead !== undefined);
}

/** Has the next start take up a job that was given up. Raises 'not-found' where there is none. */
export async function retryJob(ledger: Ledger, id: string): Promise<JobLine> {
  const line = await find(ledger, id);
  if (line.dead === undefined)
    raise('not-allowed', `${id} was not given up: the next start takes it up by itself.`);
  const order = readOrder(line.server, await ledger.read(line.server, id, 'order'));
  if (!order) raise('storage-corrupt', `The record of ${id} is damaged: drop it.`);
  await ledger.write(line.server, id, { order: { ...order, starts: 0 } });
  for (const part of ['dead', 'cancelled'] as const) await ledger.remove(line.server, id, part);
  return line;
}

/** Deletes all that is kept of a job. Raises 'not-found' where there is none. */
export async function dropJob(ledger: Ledger, id: string): Promise<JobLine> {
  const line = await find(ledger, id);
  await ledger.remove(line.server, id);
  return line;
}

/** Deletes jobs that were given up before `before`, in milliseconds since the epoch: pictures that people sent are not kept for ever. */
export async function dropOld(ledger: Ledger, before: number): Promise<void> {
  for (const { server, job, value } of await ledger.list('dead')) {
    const death = deathSchema.safeParse(value);
    if (!death.success || death.data.at < before) await ledger.remove(server, job);
  }
}

async function find(ledger: Ledger, id: string): Promise<JobLine> {
  const line = (await jobLines(ledger)).find((one) => one.id === id);
  return line ?? raise('not-found', `There is no job ${id}. npm run jobs -- list shows all.`);
}
