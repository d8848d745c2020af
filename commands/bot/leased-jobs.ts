import type { Ledger } from '../../model-store/store.ts';
import { attempt, unwrap } from '../../src/result.ts';
import type { Leases } from '../../src/studio/studio.ts';
import type { RunningJob } from '../command.ts';
import type { AcceptedJobs } from './accepted.ts';
import { commandAsked, type Person } from './asking.ts';
import { readOrder } from './order.ts';
import type { RunningJobs } from './running.ts';

export interface LeasedJobs extends AcceptedJobs {
  /** Stops a job of the person that another bot has, or none that is there, or anyone's for an administrator; false where there is none. */
  cancel(person: Person, id: string): Promise<boolean>;
  /** What a person has under way on a server that other bots have, or none that is there. */
  others(person: Person): Promise<readonly RunningJob[]>;
}

/**
 * Accepted jobs of which each is one bot's, where several share them: others take up what it lets go of, or loses because nothing is heard of it. What
 * is another's by now is put off here, and neither kept nor answered any more.
 */
export function leasedJobs(
  jobs: AcceptedJobs,
  { ledger, leases, running }: { ledger: Ledger; leases: Leases; running: RunningJobs },
): LeasedJobs {
  /** Those that this bot accepts or takes up, and has not let go of. */
  const ours = new Set<string>();
  const leave = (id: string) => {
    ours.delete(id);
    jobs.leave(id);
    running.putOff(id);
  };
  const drop = async (id: string) => {
    ours.delete(id);
    await leases.drop(id);
  };
  /** Nobody else is to have it as long as it cannot be kept that it has ended. */
  const letGo =
    <Rest extends unknown[]>(act: (id: string, ...rest: Rest) => Promise<void>) =>
    async (id: string, ...rest: Rest) => {
      await act(id, ...rest);
      await drop(id);
    };
  /** What is to be kept of a job shows where another bot has ended it. */
  const heeding =
    <Rest extends unknown[]>(act: (id: string, ...rest: Rest) => Promise<void>) =>
    async (id: string, ...rest: Rest) => {
      await act(id, ...rest);
      if (!ours.has(id) || !jobs.isElsewhere(id)) return;
      leave(id);
      await leases.drop(id);
    };
  /** One that has ended since it was seen is nobody's. */
  const becomesOurs = async (server: string, id: string) => {
    if (ours.has(id) || !(await leases.take(id))) return false;
    const there = (await ledger.read(server, id, 'order')) !== undefined;
    if (!there) await leases.drop(id);
    return there;
  };
  leases.listen({ lost: leave, cancelled: running.stop });

  return {
    ...jobs,
    async accept(id, asked, address) {
      ours.add(id);
      await leases.take(id);
      await jobs.accept(id, asked, address);
    },
    toTakeUp: (platform) => jobs.waiting(platform, becomesOurs),
    async take(job) {
      ours.add(job.id);
      try {
        await jobs.take(job);
      } finally {
        if (!jobs.has(job.id)) await drop(job.id);
      }
    },
    move: heeding(jobs.move),
    answer: heeding(jobs.answer),
    begin: heeding(jobs.begin),
    stop: heeding(jobs.stop),
    end: letGo(jobs.end),
    bury: letGo(jobs.bury),
    rest: (id) => jobs.rest(id).finally(() => drop(id)),
    async mayAnswer(id) {
      if (!jobs.has(id)) return !jobs.isElsewhere(id);
      const may = (await leases.take(id)) && (await jobs.mayAnswer(id));
      if (may) return true;
      leave(id);
      await leases.drop(id);
      return false;
    },
    async others({ server, user }) {
      const dead = new Set((await ledger.list('dead', server.id)).map(({ job }) => job));
      return (await ledger.list('order', server.id))
        .filter(({ job: id }) => !ours.has(id) && !dead.has(id))
        .flatMap(({ job: id, value }) => {
          const order = readOrder(server.id, value);
          return order?.asked.user.id === user.id ? [{ id, command: commandAsked(order.asked) ?? '' }] : [];
        });
    },
    async cancel({ server, user }, id) {
      const order = readOrder(server.id, await ledger.read(server.id, id, 'order'));
      const may = order?.asked.user.id === user.id || user.role === 'administrator';
      if (!order || !may || (await ledger.read(server.id, id, 'dead')) !== undefined) return false;
      const kept = await attempt(() => ledger.write(server.id, id, { cancelled: Date.now() }, {}));
      if (!kept.ok && kept.problem.code === 'cancelled') return false;
      unwrap(kept);
      await leases.cancel(id);
      return true;
    },
  };
}
