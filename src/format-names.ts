import { join } from 'node:path';
import { namesOfFiles } from './listed-folder.ts';

/** Where the file formats of other programs are, one file each. */
export const formatsFolder = join(import.meta.dirname, 'interop/formats');

/** The names of all formats that a concept can be exported in: those of their files. */
export const formatNames: readonly string[] = namesOfFiles(formatsFolder);

/** Keepsake's own. */
export const ownFormat = 'keepsake';
