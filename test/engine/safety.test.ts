import { afterAll, beforeAll, expect, test } from 'vitest';
import { createModels, type Models } from '../../src/engine/models.ts';
import { adoptTask } from '../../src/engine/tasks/adopt.ts';
import { imagineTask } from '../../src/engine/tasks/imagine.ts';
import { teachTask } from '../../src/engine/tasks/teach.ts';
import { loadFormats } from '../../src/interop/formats.ts';
import { encodeConcept } from '../../src/personalize/concept-file.ts';
import type { PixelImage } from '../../src/pictures/image.ts';
import { createRuntime } from '../../src/runtime/session.ts';
import { smallMethods } from '../personalize/methods/small.ts';
import { madeUpConcept, noisePictures, tinyFolder } from '../personalize/tiny.ts';
import { plainContext } from './plain-context.ts';

/** A model whose safety checker flags every picture. */
let models: Models;
beforeAll(async () => {
  const own = createModels(createRuntime({ threads: 1 }), smallMethods);
  const base = await own.base(tinyFolder);
  const safetyChecker = {
    flags: async (images: readonly PixelImage[]) => images.map(() => true),
    release: async () => {},
  };
  models = { ...own, base: async () => ({ ...base, safetyChecker }) };
});
afterAll(async () => (await models.base(tinyFolder)).release());

const shades = ({ rgb }: PixelImage) => new Set(rgb).size;
const previews: PixelImage[] = [];
const context = plainContext(({ preview }) => preview && previews.push(preview));
const drawing = {
  kind: 'imagine',
  model: tinyFolder,
  concepts: [],
  prompt: 'a dog',
  negativePrompt: '',
  count: 2,
  seed: 9,
  steps: 8,
  guidanceScale: 3,
} as const;

test('no drawing and no preview of one leaves the engine before the safety checker has seen it', async () => {
  const { images, flagged } = await imagineTask(models)(drawing, context);
  expect(flagged).toBe(2);
  const seen = [...images, ...previews.splice(0)];
  expect(seen.map(shades)).toEqual([1, 1, 1]);
  const shown = await imagineTask(models)({ ...drawing, flagged: 'show' }, context);
  expect(Math.min(...[...shown.images, ...previews.splice(0)].map(shades))).toBeGreaterThan(1);
});

test('no sample of what was taught does either', async () => {
  const lesson = {
    kind: 'teach',
    model: tinyFolder,
    method: 'cns',
    concepts: [],
    token: '<new1>',
    classWord: 'dog',
    conceptKind: 'subject',
    pictures: noisePictures(1),
    captions: [['a <new1> dog']],
    seed: 3,
    steps: 4,
  } as const;
  const { samples, flagged } = await teachTask(models, smallMethods)(lesson, context);
  expect(flagged).toBe(4);
  expect(previews).toHaveLength(3);
  expect([...samples, ...previews].map(shades)).toEqual(new Array(7).fill(1));
});

test('no sample of what was brought in does either, unless the server shows such', async () => {
  const base = await models.base(tinyFolder);
  const files = [encodeConcept(madeUpConcept(base, 1, [base.heads[0]?.name ?? '']))];
  const task = { kind: 'adopt', model: tinyFolder, concepts: [], token: '<new1>', files, seed: 1 } as const;
  const run = adoptTask(models, smallMethods, await loadFormats());
  const { samples, flagged } = await run(task, context);
  expect([flagged, ...samples.map(shades)]).toEqual([4, 1, 1, 1, 1]);
  const shown = await run({ ...task, flagged: 'show' }, context);
  expect(Math.min(...shown.samples.map(shades))).toBeGreaterThan(1);
});
