import { stripVTControlCharacters } from 'node:util';

/**
 * A text as a terminal may be given it, whoever wrote it: the names in a model's files are its author's. Escape sequences are left out, which could
 * draw over other lines, rename the window or fill the clipboard, and other control characters but line ends and tabs replaced.
 */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replace(/(?![\n\t])\p{Cc}/gu, '\ufffd');
}
