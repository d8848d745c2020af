import { formatsFolder } from '../format-names.ts';
import { loadFolder } from '../listed-folder.ts';
import type { Format, Formats } from './format.ts';

/** Every format: the default export of each file in `formats/`. Throws by name where one is not. */
export function loadFormats(): Promise<Formats> {
  return loadFolder<Format>(formatsFolder, ['write']);
}
