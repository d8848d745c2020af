import { loadFolder } from '../listed-folder.ts';
import { methodsFolder } from '../method-names.ts';
import type { Method, Methods } from './method.ts';

/** Every training method: the default export of each file in `methods/`. Throws by name where one is not. */
export function loadMethods(): Promise<Methods> {
  return loadFolder<Method>(methodsFolder, ['teach', 'mention']);
}
