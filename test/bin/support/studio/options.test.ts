import { expect, test } from 'vitest';
import { studioOptions } from '../../../../bin/support/studio/options.ts';
import { unwrap } from '../../../../src/result.ts';
import { readSettings } from '../../../../src/settings/settings.ts';
import { createStudio } from '../../../../src/studio/create.ts';
import { createFakeEngine } from '../../../fakes/engine.ts';
import { scratchFolder, storeIn } from '../../../model-store/sample.ts';

const log = { info: () => {}, error: () => {} };

test.each([
  [{}, false],
  [{ STORE_URL: 'postgres://keepsake@db.example/keepsake' }, true],
  [{ BLOBS_URL: 's3://keepsake' }, true],
])('with %j people are told whether things are kept on other machines: %s', async (variables, elsewhere) => {
  const folder = await scratchFolder();
  const settings = unwrap(readSettings(variables, folder));
  const studio = createStudio(studioOptions(settings, await storeIn(folder), log, createFakeEngine()));
  expect(studio.keeping.elsewhere).toBe(elsewhere);
  await studio.close();
});
