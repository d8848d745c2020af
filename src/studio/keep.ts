import type { ConceptStore } from '../../model-store/store.ts';
import { cleanLabel } from '../personalize/class-word.ts';
import { attempt, type Result, raise, unwrap } from '../result.ts';
import { nameOf, readable, requireConcept } from './library.ts';
import type { Studio } from './studio.ts';

/**
 * What can be done with concepts that were taught, without the engine.
 * @param checkWords says what the server's settings refuse in what people type
 */
export function keeper(
  store: ConceptStore,
  checkWords: (server: string, texts: readonly string[]) => Promise<Result<void>>,
): Pick<Studio, 'inventory' | 'concepts' | 'sample' | 'rename' | 'exportConcept' | 'forget'> {
  return {
    inventory: (server) => store.inventory(server),
    concepts: (server) => store.list(server),

    sample: (server, token) =>
      attempt(async () => {
        const concept = await requireConcept(store, server, token);
        const { sample } = concept;
        if (sample === undefined) return raise('not-found', `There is no sample of ${nameOf(concept)}.`);
        return unwrap(await readable(concept, store.readBlob(sample)));
      }),

    rename: (server, token, label) =>
      attempt(async () => {
        const cleaned = unwrap(cleanLabel(label));
        unwrap(await checkWords(server, [cleaned]));
        await requireConcept(store, server, token);
        return unwrap(await store.rename(server, token, cleaned));
      }),

    exportConcept: (server, token) =>
      attempt(async () => {
        const concept = await requireConcept(store, server, token);
        return unwrap(await readable(concept, store.readBlob(concept.blob)));
      }),

    forget: (server, token) =>
      attempt(async () => {
        const forgotten = await store.forget(server, token);
        if (!forgotten.ok && forgotten.problem.code === 'not-found')
          await requireConcept(store, server, token);
        return unwrap(forgotten);
      }),
  };
}
