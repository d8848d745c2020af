import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where the training methods are, one file each. */
export const methodsFolder = join(import.meta.dirname, 'personalize/methods');

/** The names of all training methods: those of their files. */
export const methodNames: readonly string[] = readdirSync(methodsFolder)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length))
  .sort();

/** What teaches where nobody chose. */
export const defaultMethod = 'cns';

/** The one that taught where a record or a file names none. */
export const firstMethod = 'cns';
