import type { ConceptStore } from '../../../model-store/store.ts';
import type { Engine, TaskOptions } from '../../engine/protocol.ts';
import type { Written } from '../../interop/written.ts';
import { raise, unwrap } from '../../result.ts';
import { readable, refOf, requireConcept, taughtElsewhere } from '../library.ts';

export interface ConvertParts {
  readonly store: ConceptStore;
  readonly engine: Pick<Engine, 'convert'>;
  /** Folder of the base model. */
  readonly folder: string;
  /** Its id. */
  readonly model: string;
}

/** A concept as files of another program. Only the engine knows the base model's weights, which most formats are relative to. */
export async function convertConcept(
  { store, engine, folder, model }: ConvertParts,
  server: string,
  token: string,
  format: string,
  options: TaskOptions,
): Promise<Written> {
  const concept = await requireConcept(store, server, token);
  const elsewhere = taughtElsewhere(concept);
  if (concept.model !== model) raise(elsewhere.code, elsewhere.message);
  unwrap(await readable(concept, store.checkBlob(concept.blob)));
  const task = { kind: 'convert', model: folder, concept: refOf(store, concept), format } as const;
  return unwrap(await engine.convert(task, { ...options, server }));
}
