import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startHub } from '../models/hub-server.ts';
import { changeJson, optimumFolder, type Place } from '../models/published.ts';
import { emptyFolder, runProgram } from './program.ts';

let place: Place;
let dataDir: string;
beforeEach(async () => {
  place = await optimumFolder();
  dataDir = await emptyFolder();
});
afterEach(() => place.remove());

/** `npm run model` with these words, to its end. */
const model = (words: readonly string[], variables: Readonly<Record<string, string>> = {}) =>
  runProgram('model.ts', words, { DATA_DIR: dataDir, ...variables }).ended;

test('a model is added from a folder, listed, checked, found changed, and removed', async () => {
  const added = await model(['add', place.published, '--name', 'sd21', '--steps', '30']);
  expect(added.printed.split('\n').slice(1)).toEqual([
    'sd21 (from published)',
    expect.stringMatching(/^ {2}draws 48 × 48 pixels with [\d.]+ million weights, 0\.00 GB$/),
    '  30 steps, guidance 7.5',
    expect.stringMatching(/^ {2}cut and uncut differ by \S+ of the largest value$/),
    '  The U-Net was given a timestep for each picture, which teaching needs.',
    '  There is no safety_checker: nobody looks at its pictures before they are posted.',
    'Set MODEL=sd21 to use it.',
    '',
  ]);
  expect(added.status).toBe(0);
  const again = await model(['add', place.published, '--name', 'sd21']);
  expect(again).toMatchObject({
    status: 1,
    printed: expect.stringMatching(/is a model called sd21 already/),
  });

  const checked = await model(['check', 'sd21']);
  expect(checked).toMatchObject({
    status: 0,
    printed: expect.stringMatching(/All files are what they were/),
  });
  await appendFile(join(dataDir, 'models/sd21/tokenizer/merges.txt'), '\n');
  const changed = await model(['check', 'sd21']);
  expect(changed).toMatchObject({
    status: 1,
    printed: expect.stringMatching(/not what they were: tokenizer\/merges\.txt/),
  });

  expect((await model(['remove', 'sd21'])).status).toBe(0);
  expect((await model(['list'])).printed).toBe('No model is kept beside the bundled one.\n');
  expect(await model(['check', 'sd21'])).toMatchObject({ status: 1 });
});

test('a model is added from a repository by its name, and the download goes when it is kept', async () => {
  const hub = await startHub(place.published);
  try {
    const variables = { HF_ENDPOINT: hub.url, HF_TOKEN: 'hf_secret' };
    const added = await model(['add', 'owner/model'], variables);
    expect(added).toMatchObject({
      status: 0,
      printed: expect.stringContaining('owner--model (from owner/model)'),
    });
    expect(added.printed).not.toContain('hf_secret');
    expect(hub.asked.every(({ authorization }) => authorization === 'Bearer hf_secret')).toBe(true);
    const listed = await model(['list']);
    expect(listed.printed).toMatch(/^owner--model \(from owner\/model\)\n/);
    hub.faults.status = 404;
    const missing = await model(['add', 'owner/model', '--name', 'other'], variables);
    expect(missing).toMatchObject({ status: 1, printed: expect.stringContaining('There is no owner/model') });
  } finally {
    await hub.close();
  }
});

test('what cannot be used is refused with a sentence, and a wrong command with how to use it', async () => {
  await changeJson(place, 'scheduler/scheduler_config.json', {
    _class_name: 'FlowMatchEulerDiscreteScheduler',
  });
  const refused = await model(['add', place.published]);
  expect(refused).toMatchObject({ status: 1, printed: expect.stringMatching(/scheduler_config\.json/) });
  expect(refused.printed).not.toMatch(/\n\s+at /);
  for (const words of [
    [],
    ['add'],
    ['list', 'x'],
    ['add', 'no-such-folder'],
    ['add', 'a', '--steps', 'many'],
  ])
    expect(await model(words), words.join(' ')).toMatchObject({
      status: 1,
      printed: expect.stringMatching(/npm run model -- add|There is no folder/),
    });
});
