import { expect, test } from 'vitest';
import { knownModel } from '../../../../bin/support/studio/known-model.ts';
import { scratchFolder, storeIn } from '../../../model-store/sample.ts';

const model = { id: 'abc', pixels: { width: 64, height: 64 }, parameters: 10 };
const full = { ...model, sizeStep: 8, drawing: { steps: 4, guidanceScale: 1.5 } };

test('what a worker said of the model is found by others, and what cannot be read counts as nothing', async () => {
  const records = (await storeIn(await scratchFolder())).platform('engine');
  expect(await knownModel(records).read()).toBeUndefined();
  for (const said of [model, full]) {
    await knownModel(records).write(said);
    expect(await knownModel(records).read()).toEqual(said);
  }
  await records.write('model', { ...model, pixels: 64 });
  expect(await knownModel(records).read()).toBeUndefined();
});
