import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Model } from '../../src/diffusion/model.ts';
import { createModels, type Models } from '../../src/engine/models.ts';
import type { ConceptRef, Progress } from '../../src/engine/protocol.ts';
import type { TaskContext } from '../../src/engine/task.ts';
import { convertTask } from '../../src/engine/tasks/convert.ts';
import type { Formats } from '../../src/interop/format.ts';
import { loadFormats } from '../../src/interop/formats.ts';
import { encodeConcept } from '../../src/personalize/concept-file.ts';
import { attempt } from '../../src/result.ts';
import { createRuntime } from '../../src/runtime/session.ts';
import { smallMethods } from '../personalize/methods/small.ts';
import { madeUpConcept, plainHooks, tinyFolder } from '../personalize/tiny.ts';
import { conceptFiles } from './concept-files.ts';

let files: Awaited<ReturnType<typeof conceptFiles>>;
let models: Models;
let base: Model;
let formats: Formats;
let dog: ConceptRef;
const told: Progress[] = [];
const context: TaskContext = {
  signal: new AbortController().signal,
  onProgress: (progress) => void told.push(progress),
  step: async (_kind, action) => action(),
};

beforeAll(async () => {
  files = await conceptFiles();
  models = createModels(createRuntime({ threads: 1 }), smallMethods);
  base = await models.base(tinyFolder);
  formats = await loadFormats();
  const names = base.heads.map(({ name }) => name);
  dog = await files.write('<new1>', encodeConcept(madeUpConcept(base, 1, names)));
});
afterAll(async () => {
  await base.release();
  await files.remove();
});

describe('a concept for other programs', () => {
  const convert = (format: string, concept = dog) =>
    attempt(() =>
      convertTask(models, formats)({ kind: 'convert', model: tinyFolder, concept, format }, context),
    );

  test('is what its format makes of it', async () => {
    const [concept] = await models.concepts(base, [dog]);
    for (const [name, format] of formats)
      expect(await convert(name)).toEqual({
        ok: true,
        value: await format.write(concept!, base, plainHooks),
      });
    expect(new Set(told.map(({ phase }) => phase))).toEqual(new Set(['loading', 'packing']));
  });

  test('is refused in a format that there is not, or from a file that was changed', async () => {
    expect(await convert('pickle')).toMatchObject({ problem: { code: 'invalid-option' } });
    const broken = { ...dog, sha256: '0'.repeat(64) };
    expect(await convert('lora', broken)).toMatchObject({ problem: { code: 'storage-corrupt' } });
  });
});
