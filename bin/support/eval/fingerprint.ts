import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { EvaluationSettings } from '../../../src/evaluation/settings.ts';
import { raise } from '../../../src/result.ts';
import type { Provider } from '../../../src/runtime/runtime.ts';
import { readJson, writeJson } from './archive.ts';
import { forgetMeasures } from './forget-measures.ts';

/** All that decides an evaluation's numbers, the code aside. */
export interface Fingerprint extends EvaluationSettings {
  /** Id of the base model, and SHA-256 of the judges' folders. */
  readonly model: string;
  readonly clip: string;
  readonly reader: string;
  /** What it runs on: a GPU's half precision draws other last digits. */
  readonly provider: Provider;
}

/** What decides how all that was taught is measured, and nothing of what is taught. */
const measuring: readonly string[] = ['clip', 'reader', 'seed'] satisfies (keyof Fingerprint)[];

/**
 * Writes into a folder what its evaluation is of, or holds it against what stands there. Raises 'invalid-option' where an
 * evaluation with other settings was begun in it.
 * @param judgeAnew whether it may be measured anew by other judges or prompts: what was measured is removed then
 */
export async function claimFolder(out: string, fingerprint: Fingerprint, judgeAnew: boolean): Promise<void> {
  const path = join(out, 'settings.json');
  const before = await readJson(path, z.record(z.string(), z.unknown()));
  if (before === undefined) return writeJson(path, fingerprint);
  const names = new Set([...Object.keys(before), ...Object.keys(fingerprint)]);
  const other = [...names].filter(
    (name) => !isDeepStrictEqual(before[name], fingerprint[name as keyof Fingerprint]),
  );
  if (other.length === 0) return;
  const lessonsHold = other.every((name) => measuring.includes(name));
  if (lessonsHold && judgeAnew) {
    await forgetMeasures(out);
    return writeJson(path, fingerprint);
  }
  const anew = lessonsHold ? ', or have what was taught there measured anew with --judge-anew' : '';
  raise(
    'invalid-option',
    `${out} holds an evaluation with other settings (${other.join(', ')}): name another folder with --out, or ask for what was begun there${anew}.`,
  );
}

/** SHA-256 over the names and bytes of all files in a folder. Raises 'not-found' where there is no such folder. */
export async function hashOfFolder(folder: string, what: 'clip' | 'reader'): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() =>
    raise('not-found', `There is no folder ${folder}: name another with --${what}.`),
  );
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hash = createHash('sha256');
  for (const file of files.sort()) {
    hash.update(file.slice(folder.length).replaceAll('\\', '/'));
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}
