import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The names of the TypeScript files in a folder, without their endings, in order. */
export function namesOfFiles(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();
}

/** The default export of each of these files of a folder, by the file's name; undefined where one has none. */
export async function defaultExports(
  folder: string,
  names: readonly string[] = namesOfFiles(folder),
): Promise<ReadonlyMap<string, unknown>> {
  const load = async (name: string) => {
    const url = pathToFileURL(join(folder, `${name}.ts`)).href;
    const { default: found } = (await import(url)) as { default?: unknown };
    return [name, found] as const;
  };
  return new Map(await Promise.all(names.map(load)));
}

/**
 * The default export of each file of a folder by the file's name, which must be its own. Throws by name where one is not.
 * @param functions what it must have to be one
 */
export async function loadFolder<T extends { readonly name: string }>(
  folder: string,
  functions: readonly (keyof T & string)[],
): Promise<ReadonlyMap<string, T>> {
  const exports = await defaultExports(folder);
  for (const [name, one] of exports) {
    const found = one as Partial<T> | undefined;
    if (found?.name === name && functions.every((each) => typeof found[each] === 'function')) continue;
    throw new TypeError(
      `${name}.ts in ${folder} has no default export of that name with ${functions.join()}`,
    );
  }
  return exports as ReadonlyMap<string, T>;
}
