import { readFile, rm, stat } from 'node:fs/promises';
import type { Holder, Ledger } from '../../model-store/store.ts';
import { writeWhole } from '../write-whole.ts';

/** What is told of bringing checkpoints along, and how often it is done. */
export interface SharingOptions {
  /** Who does the job. */
  readonly holder?: Holder;
  /** Hears that the job goes on from further on now. */
  readonly gotOn: () => Promise<void>;
  /** Hears why a checkpoint could not be brought: once until one could be again. */
  readonly onUnshared: (error: unknown) => void;
  /** Between two looks whether the engine has written one. Default 15,000. */
  readonly milliseconds?: number;
}

/**
 * Has a job's checkpoint go along where another machine goes on with it: the file where the engine keeps it is filled from the ledger,
 * and what the engine writes there is brought into the ledger. A ledger that cannot be written costs no more than time.
 */
export async function shareCheckpoint(
  ledger: Ledger,
  server: string,
  job: string,
  { holder = {}, gotOn, onUnshared, milliseconds = 15_000 }: SharingOptions,
): Promise<{ end(): Promise<void> }> {
  const path = ledger.path(job);
  const known = await ledger.read(server, job, 'checkpoint');
  if (known instanceof Uint8Array) await writeWhole(path, known);
  else await rm(path, { force: true });
  let brought = await fingerprint(path);

  const bring = async () => {
    const written = await fingerprint(path);
    if (written === undefined || written === brought) return;
    const parts = { checkpoint: await readFile(path), reached: Date.now() };
    await ledger.write(server, job, parts, holder);
    brought = written;
    await gotOn();
    told = false;
  };
  let told = false;
  const failed = (error: unknown) => {
    if (!told) onUnshared(error);
    told = true;
  };
  let bringing = Promise.resolve();
  const timer = setInterval(() => {
    bringing = bringing.then(bring).catch(failed);
  }, milliseconds);
  return {
    async end() {
      clearInterval(timer);
      await bringing.then(bring).catch(failed);
      await rm(path, { force: true });
    },
  };
}

/** Undefined where there is no file; else another for each file that was written whole. */
function fingerprint(path: string): Promise<string | undefined> {
  return stat(path).then(
    ({ ino, mtimeMs }) => `${ino} ${mtimeMs}`,
    () => undefined,
  );
}
