import { lstat, readFile, realpath, stat, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { z } from 'zod';
import { raise } from './result.ts';

const largestText = 32 * 2 ** 20;
/** Numbers that Python writes into JSON bare, as diffusers does with an unlimited `lambda_min_clipped`. */
const pythonOnly = /(?<=:\s*)(?:-?Infinity|NaN)(?=\s*[,}])/g;

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

/** Whether a model folder has a file that it need not have. */
export async function isPresent(folder: string, file: string): Promise<boolean> {
  return (await lstat(join(folder, file)).catch(() => undefined)) !== undefined;
}

/** The text of a file of a model folder, at most 32 MiB. Raises 'invalid-model'. */
export async function readText(folder: string, file: string, remedy: string): Promise<string> {
  const path = await locateFile(folder, file, remedy);
  const { size } = await stat(path);
  if (size > largestText)
    raise('invalid-model', `${file} of the model is absurdly large (${size} bytes). ${remedy}`);
  return readFile(path, 'utf8');
}

/** The JSON value, other than null, of a file of a model folder. Raises 'invalid-model'. */
export async function readJson(folder: string, file: string, remedy: string): Promise<unknown> {
  const text = await readText(folder, file, remedy);
  const value = parse(text) ?? parse(text.replace(pythonOnly, 'null'));
  return value ?? raise('invalid-model', `${file} of the model is not JSON. ${remedy}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The JSON value of a file that a model folder need not have; undefined where it is missing. Raises 'invalid-model'. */
export async function readOptionalJson(folder: string, file: string, remedy: string): Promise<unknown> {
  return (await isPresent(folder, file)) ? readJson(folder, file, remedy) : undefined;
}

/** Writes a JSON value as people read it. */
export function writeJson(path: string, value: unknown): Promise<void> {
  return writeFile(path, `${JSON.stringify(value, undefined, 2)}\n`);
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
    `${file} of the model has ${shown} as ${path.join('.') || 'its content'}, which does not work here (${issue?.message}). Correct the file, or use another model.`,
  );
}
