import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Model } from '../../src/diffusion/model.ts';
import { createModels, type Models } from '../../src/engine/models.ts';
import type { AdoptTask, ConceptRef, Progress } from '../../src/engine/protocol.ts';
import { drawSamples } from '../../src/engine/samples.ts';
import { adoptTask } from '../../src/engine/tasks/adopt.ts';
import { convertTask } from '../../src/engine/tasks/convert.ts';
import type { Formats } from '../../src/interop/format.ts';
import { loadFormats } from '../../src/interop/formats.ts';
import { type ConceptWeights, encodeConcept } from '../../src/personalize/concept-file.ts';
import { sampleRequests } from '../../src/personalize/sample-prompts.ts';
import { attempt, unwrap } from '../../src/result.ts';
import { createRuntime } from '../../src/runtime/session.ts';
import { smallMethods } from '../personalize/methods/small.ts';
import { madeUpConcept, plainHooks, tinyFolder } from '../personalize/tiny.ts';
import { conceptFiles } from './concept-files.ts';
import { plainContext } from './plain-context.ts';

let files: Awaited<ReturnType<typeof conceptFiles>>;
let models: Models;
let base: Model;
let formats: Formats;
let dog: ConceptRef;
const told: Progress[] = [];
const context = plainContext((progress) => void told.push(progress));

const placesOf = ({ heads }: ConceptWeights) =>
  [...heads.values()].reduce((sum, { indices }) => sum + indices.length, 0);

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

describe('files from elsewhere', () => {
  const run = (task: Partial<AdoptTask>) =>
    attempt(() =>
      adoptTask(
        models,
        smallMethods,
        formats,
      )(
        { kind: 'adopt', model: tinyFolder, concepts: [], token: '<new5>', files: [], seed: 5, ...task },
        context,
      ),
    );

  test('become a concept, shown as it is drawn where it was taught', async () => {
    const [taught] = await models.concepts(base, [dog]);
    const files = [encodeConcept(taught!)];
    const outcome = unwrap(await run({ files }));
    const { concept, samples, neurons, share, ...said } = outcome;
    expect(said).toMatchObject({
      token: '<new5>',
      classWord: 'dog',
      kind: 'subject',
      method: 'cns',
      notes: [],
    });
    expect(models.read(base, concept)).toEqual({ ...taught, token: '<new5>' });
    expect([neurons, share]).toEqual([placesOf(taught!), placesOf(taught!) / base.counts.parameters]);
    const there = await models.taught(base, [dog], plainHooks);
    const { images } = await drawSamples(
      models,
      there,
      sampleRequests('<new1>', 'dog', 'subject', 5),
      'block',
      context,
    );
    expect(samples).toEqual(images);
  });

  test('get no weights of the concepts that are there', async () => {
    const [first] = await models.concepts(base, [dog]);
    const files = [encodeConcept(first!)];
    expect(await run({ files, concepts: [dog] })).toMatchObject({
      problem: { code: 'invalid-option', message: expect.stringMatching(/hold 0\.0 %/) },
    });
  });

  test('are refused as stored ones are: of another model, or by a method that there is not', async () => {
    const [taught] = await models.concepts(base, [dog]);
    for (const change of [{ model: 'another' }, { method: 'dreambooth' }])
      expect(await run({ files: [encodeConcept({ ...taught!, ...change })] })).toMatchObject({
        problem: { code: 'invalid-file' },
      });
  });
});

describe('a concept for other programs', () => {
  const convert = (format: string, concept = dog) =>
    attempt(() =>
      convertTask(models, formats)({ kind: 'convert', model: tinyFolder, concept, format }, context),
    );

  test('is what its format makes of it', async () => {
    const [concept] = await models.concepts(base, [dog]);
    told.length = 0;
    for (const [name, format] of formats)
      expect(await convert(name)).toEqual({
        ok: true,
        value: await format.write(concept!, base, plainHooks),
      });
    expect(new Set(told.map(({ phase }) => phase))).toEqual(new Set(['loading', 'packing']));
    expect(told.length).toBe(2 * formats.size);
  });

  test('is refused in a format that there is not, or from a file that was changed', async () => {
    expect(await convert('pickle')).toMatchObject({ problem: { code: 'invalid-option' } });
    const broken = { ...dog, sha256: '0'.repeat(64) };
    expect(await convert('lora', broken)).toMatchObject({ problem: { code: 'storage-corrupt' } });
  });
});
