import { join } from 'node:path';
import { namesOfFiles } from './listed-folder.ts';

/** Where the training methods are, one file each. */
export const methodsFolder = join(import.meta.dirname, 'personalize/methods');

/** The names of all training methods: those of their files. */
export const methodNames: readonly string[] = namesOfFiles(methodsFolder);

/** What teaches where nobody chose. */
export const defaultMethod = 'cns';

/** The one that taught where a record or a file names none. */
export const firstMethod = 'cns';
