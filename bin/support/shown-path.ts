import { relative } from 'node:path';

/** A path as people read it: from the working directory where it lies in there. */
export function shownPath(path: string): string {
  const inside = relative('', path);
  return inside === '' || inside.startsWith('..') ? path : inside;
}
