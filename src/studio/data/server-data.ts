import type { Ledger, ServerStore } from '../../../model-store/store.ts';
import type { TaskOptions } from '../../engine/protocol.ts';
import { notBegun } from '../../jobs/refusals.ts';
import { attempt, type Result, unwrap } from '../../result.ts';
import { openKeptJob } from '../kept-jobs.ts';
import { archiveLimits } from '../limits.ts';
import type { StudioParts } from '../parts.ts';
import { type AdoptParts, adoptConcept } from './adopt.ts';
import { isArchive } from './archive.ts';
import { convertConcept } from './convert.ts';
import type { ServerData } from './data.ts';
import { createErrands } from './errands.ts';
import { exportServer } from './export.ts';
import { type ImportParts, importServer } from './import.ts';
import { leaving } from './leaving.ts';
import { createOccupancy } from './occupancy.ts';
import { startSweeping } from './sweeping.ts';
import { deleteUserData, userData } from './users.ts';

const sweepSeconds = 3600;
const never = new AbortController().signal;

export interface ServerDataOptions {
  readonly servers: ServerStore;
  readonly ledger?: Ledger;
  readonly graceSeconds: number;
  /** Whether records or files are kept elsewhere than on this machine. */
  readonly elsewhere: boolean;
  /** Most concepts that a server may have. Raises 'storage-corrupt' where that cannot be read. */
  readonly mostConcepts: (server: string) => Promise<number>;
  /** Hears why something could not be deleted; the next sweep tries again. */
  readonly onError: (error: unknown) => void;
}

/** What is kept of servers, from their first lesson to some time after they have left. Sweeps until it is closed. */
export function serverData(
  parts: StudioParts,
  { servers, ledger, graceSeconds, elsewhere, mostConcepts, onError }: ServerDataOptions,
): {
  readonly functions: ServerData;
  /** Runs a lesson, so that nothing replaces or deletes what the server knows meanwhile. A server that is taught has not left. */
  lesson<T>(server: string, work: () => Promise<Result<T>>): Promise<Result<T>>;
  /**
   * The same for one that was accepted before a restart: it waits while something is brought in. Nobody has asked for it now, so that a
   * server that left meanwhile has left.
   */
  lessonAgain<T>(server: string, work: () => Promise<Result<T>>, options: TaskOptions): Promise<Result<T>>;
  close(): Promise<void>;
} {
  const { store, engine, model: folder, captioner } = parts;
  const { departures } = servers;
  const userParts = { store, servers, ...(ledger && { ledger }) };
  const occupancy = createOccupancy();
  const errands = createErrands();
  const { sweep, ...departing } = leaving({ store, departures, occupancy, graceSeconds, onError });
  const stopSweeping = startSweeping(sweep, sweepSeconds);
  const modelId = async () => unwrap(await parts.describe()).id;

  /** Brings something in, in its turn, while nothing else works on the server. A server that is given something has not left. */
  const importing = async <T>(
    server: string,
    options: TaskOptions,
    work: (importParts: AdoptParts & ImportParts, options: TaskOptions) => Promise<T>,
  ) => {
    const begun = await attempt(async () => {
      await departures.stay(server);
      return openKeptJob(ledger, server, options.job);
    });
    if (!begun.ok) return begun;
    const { id: job } = begun.value;
    return errands.run(server, options, async (inTurn) => {
      const model = await modelId();
      return occupancy.alone(server, async () => {
        const flagged = await parts.flaggedOf(server);
        const most = await mostConcepts(server);
        const limits = { mostConcepts: most, mostBytes: parts.limits.serverBytes };
        const accepted = job === undefined ? {} : { job };
        return work({ ...userParts, engine, folder, model, flagged, ...limits, ...accepted }, inTurn);
      });
    });
  };

  const functions: ServerData = {
    ...departing,
    keeping: { graceSeconds, picturesLeave: captioner !== undefined, elsewhere },

    exportServer: (server, options = {}) =>
      errands.run(server, options, async (inTurn) => {
        const model = await modelId();
        return exportServer({ store, servers, model, mostBytes: archiveLimits.bytes }, server, inTurn);
      }),

    convertConcept: (server, token, format, options = {}) =>
      errands.run(server, options, async (inTurn) => {
        const model = await modelId();
        return convertConcept({ store, engine, folder, model }, server, token, format, inTurn);
      }),

    importServer: (server, archive, options = {}) =>
      importing(server, options, (importParts, inTurn) => importServer(importParts, server, archive, inTurn)),

    importFiles: (server, request, options = {}) =>
      importing(server, options, async (importParts, inTurn) => {
        const [file] = request.files;
        if (!file || request.files.length > 1 || !isArchive(file))
          return adoptConcept(importParts, server, request, inTurn);
        return importServer(importParts, server, file, inTurn);
      }),

    userData: (server, user) => userData(userParts, server, user),
    deleteUserData: (server, user) => attempt(() => deleteUserData(userParts, server, user)),
  };

  const taking = <T>(server: string, work: () => Promise<Result<T>>) =>
    attempt(() => occupancy.share(server, async () => unwrap(await work())));

  return {
    functions,
    lesson: (server, work) =>
      taking(server, async () => {
        await departures.stay(server);
        return work();
      }),
    async lessonAgain(server, work, { signal = never, onProgress }) {
      if (!occupancy.isTaken(server)) return taking(server, work);
      onProgress?.({ phase: 'waiting', step: 0, steps: 0 });
      await occupancy.free(server, signal);
      return signal.aborted ? notBegun : taking(server, work);
    },
    close: stopSweeping,
  };
}
