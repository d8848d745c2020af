import type { AcceptedJob } from './accepted.ts';

/**
 * Takes up jobs, those of a server in the order in which they were accepted: each once the one before is in line or has ended.
 * Servers do not wait for one another. Resolves when all are in line.
 */
export async function inTheirOrder(
  jobs: readonly AcceptedJob[],
  takeUp: (job: AcceptedJob, onUnderWay: () => void) => Promise<void>,
): Promise<void> {
  const byServer = Map.groupBy(jobs, ({ asked }) => asked.server.id);
  await Promise.all([...byServer.values()].map((some) => oneAfterAnother(some, takeUp)));
}

async function oneAfterAnother(
  jobs: readonly AcceptedJob[],
  takeUp: (job: AcceptedJob, onUnderWay: () => void) => Promise<void>,
): Promise<void> {
  for (const job of jobs) {
    const inLine = Promise.withResolvers<void>();
    void takeUp(job, inLine.resolve).finally(inLine.resolve);
    await inLine.promise;
  }
}

/** Does nothing while it is still at it. */
export function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let under: Promise<void> | undefined;
  return () => {
    under ??= work().finally(() => {
      under = undefined;
    });
    return under;
  };
}
