import { z } from 'zod';
import type { ConceptStore, Ledger, ServerStore } from '../../../model-store/store.ts';
import type { Concept } from '../../concept.ts';
import { unwrap } from '../../result.ts';
import type { UnendedJob, UserData } from './data.ts';

/** Where it is kept. */
export interface UserDataParts {
  readonly store: ConceptStore;
  readonly servers: ServerStore;
  readonly ledger?: Ledger;
}

export async function userData(parts: UserDataParts, server: string, user: string): Promise<UserData> {
  const concepts = (await parts.store.list(server)).filter(({ taughtBy }) => taughtBy === user);
  const requests = await parts.servers.requests(server, user);
  return { concepts, requests, jobs: await unendedJobs(parts.ledger, server, user) };
}

/** Returns what was deleted. What was deleted stays so where the rest cannot be: asked again, it goes on from there. */
export async function deleteUserData(parts: UserDataParts, server: string, user: string): Promise<UserData> {
  const { store, servers, ledger } = parts;
  const { concepts, requests, jobs } = await userData(parts, server, user);
  await servers.dropRequests(server, user);
  for (const { id } of jobs) await ledger?.remove(server, id);
  const forgotten: Concept[] = [];
  for (const { token } of concepts) {
    const result = await store.forget(server, token);
    if (!result.ok && result.problem.code === 'not-found') continue;
    const concept = unwrap(result);
    if (concept) forgotten.push(concept);
  }
  return { concepts: forgotten, requests, jobs };
}

const orderSchema = z.object({
  at: z.number().catch(0),
  asked: z.looseObject({ user: z.object({ id: z.string() }) }),
});
const deathSchema = z.object({ reason: z.string() });

/** Oldest first. */
async function unendedJobs(
  ledger: Ledger | undefined,
  server: string,
  user: string,
): Promise<readonly UnendedJob[]> {
  const jobs: UnendedJob[] = [];
  for (const { job: id, value } of (await ledger?.list('order', server)) ?? []) {
    const order = orderSchema.safeParse(value);
    if (!order.success || order.data.asked.user.id !== user) continue;
    const death = deathSchema.safeParse(await ledger?.read(server, id, 'dead'));
    const { at, asked } = order.data;
    jobs.push({ id, at, asked, ...(death.success && { givenUp: death.data.reason }) });
  }
  return jobs.sort((one, other) => one.at - other.at);
}
