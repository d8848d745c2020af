import { readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { z } from 'zod';
import { raise } from '../result.ts';

const largestText = 32 * 2 ** 20;

/**
 * The full path of a file of a model folder. Raises 'invalid-model' where it is missing, not a regular file, or a link
 * out of the folder.
 * @param remedy what to do where the file is missing, as a sentence.
 */
export async function locateFile(folder: string, file: string, remedy: string): Promise<string> {
  const path = join(folder, file);
  const [root, target] = await Promise.all(
    [folder, path].map((each) => realpath(each).catch(() => undefined)),
  );
  if (root === undefined || target === undefined)
    raise('invalid-model', `The model has no ${file}. ${remedy}`);
  if (!target.startsWith(root.endsWith(sep) ? root : root + sep)) {
    raise('invalid-model', `${file} of the model leads out of its folder. Put the file itself there.`);
  }
  if (!(await stat(target)).isFile()) raise('invalid-model', `${file} of the model is not a file. ${remedy}`);
  return path;
}

/** The text of a file of a model folder, at most 32 MiB. Raises 'invalid-model'. */
export async function readText(folder: string, file: string, remedy: string): Promise<string> {
  const path = await locateFile(folder, file, remedy);
  const { size } = await stat(path);
  if (size > largestText)
    raise('invalid-model', `${file} of the model is absurdly large (${size} bytes). ${remedy}`);
  return readFile(path, 'utf8');
}

/** The JSON value of a file of a model folder. Raises 'invalid-model'. */
export async function readJson(folder: string, file: string, remedy: string): Promise<unknown> {
  const text = await readText(folder, file, remedy);
  try {
    return JSON.parse(text);
  } catch {
    return raise('invalid-model', `${file} of the model is not JSON. ${remedy}`);
  }
}

/** The JSON value of a file that a model folder need not have; undefined where it is missing. Raises 'invalid-model'. */
export async function readOptionalJson(folder: string, file: string, remedy: string): Promise<unknown> {
  const found = await stat(join(folder, file)).catch(() => undefined);
  return found && readJson(folder, file, remedy);
}

/** `value` as `schema` describes it. Raises 'invalid-model' with the first field that does not fit and its value. */
export function checkJson<T>(schema: z.ZodType<T>, value: unknown, file: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue?.path ?? [];
  const found = path.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  );
  const shown = JSON.stringify(found)?.slice(0, 80) ?? 'nothing';
  return raise(
    'invalid-model',
    `${file} of the model has ${shown} as ${path.join('.') || 'its content'}, which Keepsake does not support: ${issue?.message}.`,
  );
}
