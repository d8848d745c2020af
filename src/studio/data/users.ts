import { z } from 'zod';
import type { ConceptStore, Ledger, ServerStore } from '../../../model-store/store.ts';
import type { Concept } from '../../concept.ts';
import { unwrap } from '../../result.ts';
import type { UserData } from './data.ts';

export async function userData(
  store: ConceptStore,
  servers: ServerStore,
  server: string,
  user: string,
): Promise<UserData> {
  const concepts = (await store.list(server)).filter(({ taughtBy }) => taughtBy === user);
  return { concepts, requests: await servers.requests(server, user) };
}

/** Returns what was deleted. What was deleted stays so where the rest cannot be: asked again, it goes on from there. */
export async function deleteUserData(
  store: ConceptStore,
  servers: ServerStore,
  ledger: Ledger | undefined,
  server: string,
  user: string,
): Promise<UserData> {
  const { concepts, requests } = await userData(store, servers, server, user);
  await servers.dropRequests(server, user);
  for (const { job, server: where, value } of (await ledger?.list('order')) ?? []) {
    if (where === server && askedBy(value) === user) await ledger?.remove(where, job);
  }
  const forgotten: Concept[] = [];
  for (const { token } of concepts) {
    const result = await store.forget(server, token);
    if (!result.ok && result.problem.code === 'not-found') continue;
    const concept = unwrap(result);
    if (concept) forgotten.push(concept);
  }
  return { concepts: forgotten, requests };
}

/** Who asked for a job that is kept. */
function askedBy(order: unknown): string | undefined {
  const read = z.object({ asked: z.object({ user: z.object({ id: z.string() }) }) }).safeParse(order);
  return read.success ? read.data.asked.user.id : undefined;
}
