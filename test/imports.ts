import { readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { root, tracked } from './tracked.ts';

export const code = tracked.filter((file) => /\.(ts|mjs|js)$/.test(file));
export const product = code.filter((file) => /^(src|commands|adapters|model-store|bin|scripts)\//.test(file));
export const text = new Map(code.map((file) => [file, readFileSync(join(root, file), 'utf8')]));

export interface Import {
  readonly from: string;
  /** A file of this repository, or a package. */
  readonly to: string;
}

/** Every import of the product, those of types included. */
export const imports: readonly Import[] = product.flatMap((from): Import[] =>
  [
    ...text
      .get(from)!
      .matchAll(/^(?:import|export|\}).*?\bfrom '([^']+)'|(?<!['/])\bimport\(?\s*'([^']+)'/gm),
  ].map((match) => {
    const specifier = match[1] ?? match[2]!;
    return { from, to: specifier.startsWith('.') ? posix.join(dirname(from), specifier) : specifier };
  }),
);

/** Sets of files each of which is reached from each other, in order of their names. */
export function circlesIn(lines: readonly Import[]): readonly (readonly string[])[] {
  const next = Map.groupBy(lines, ({ from }) => from);
  const reached = new Map([...next.keys()].map((file) => [file, reachedFrom(file, next)]));
  const circles = [...reached.keys()].map((file) =>
    [...reached.get(file)!].filter((other) => reached.get(other)?.has(file)).sort(),
  );
  return [...new Map(circles.map((files) => [files.join(' '), files])).values()].filter(
    ({ length }) => length > 0,
  );
}

function reachedFrom(file: string, next: ReadonlyMap<string, readonly Import[]>): ReadonlySet<string> {
  const found = new Set<string>();
  const left = [file];
  for (const one of left) {
    for (const { to } of next.get(one) ?? []) {
      if (found.has(to)) continue;
      found.add(to);
      left.push(to);
    }
  }
  return found;
}
