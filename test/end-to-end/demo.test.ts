import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { DemoReport } from '../../bin/support/demo/report.ts';
import { emptyFolder, runProgram } from './program.ts';

const taught = [
  ['<new1>', 'dog', 'subject'],
  ['<new2>', 'lighthouse', 'subject'],
  ['<new3>', 'pencil', 'style'],
  ['<new4>', 'hat', 'subject'],
  ['<new5>', 'park', 'scene'],
  ['<new6>', 'horse', 'subject'],
  ['<new7>', 'dog', 'subject'],
];
const drawn = [
  '<new2> lighthouse in the snow',
  'A <new6> horse in <new3> style',
  'A <new1> dog wearing a <new4> hat in <new5> park in <new3> style',
];

test('the demo teaches seven things, draws them together, and writes its report', async () => {
  const out = await emptyFolder();
  const { status, printed } = await runProgram('demo.ts', ['--out', out, '--seed', '3', '--steps', '1'], {})
    .ended;
  expect(status, printed).toBe(0);
  for (const [token, word] of taught) expect(printed).toContain(`I learnt ${token} ${word}`);
  for (const prompt of drawn) expect(printed).toContain(`/imagine ${prompt} count:4 seed:3`);

  const report = JSON.parse(await readFile(join(out, 'report.json'), 'utf8')) as DemoReport;
  expect(Object.keys(report)).toEqual(['concepts', 'images', 'commit', 'model']);
  expect(report.model).toMatch(/^[0-9a-f]{64}$/);
  expect(report.concepts.map(({ token, class: word, kind }) => [token, word, kind])).toEqual(taught);
  for (const { token, class: word, kind, ...numbers } of report.concepts) {
    expect(Object.keys(numbers)).toEqual(['seconds', 'neurons', 'share', 'lossFirst', 'lossLast']);
    for (const value of Object.values(numbers)) expect(value).toBeGreaterThan(0);
  }
  expect(report.images.map(({ prompt, seed }) => [prompt, seed])).toEqual(drawn.map((prompt) => [prompt, 3]));

  const names = await readdir(out, { recursive: true });
  const pngs = names.filter((name) => name.endsWith('.png'));
  expect(pngs).toEqual(expect.arrayContaining(report.images.map(({ file }) => file)));
  expect(pngs).toHaveLength(7 * 5 + 7 + 7 + 3 * 5 + 1);
  for (const name of ['overview.png', ...report.images.map(({ file }) => file)]) {
    expect((await sharp(join(out, name)).metadata()).width).toBeGreaterThan(500);
  }
});

test('the demo stops at a signal, and says so', async () => {
  const demo = runProgram('demo.ts', ['--out', await emptyFolder(), '--steps', '100000'], {});
  await demo.says(/you \/teach dog/);
  demo.kill('SIGINT');
  const { status, printed } = await demo.ended;
  expect(status).toBe(130);
  expect(printed).toMatch(/\nStopped/);
});

/** A store, a queue and a folder for the files of both: nobody answers there. */
const shared = { STORE_URL: 'redis://127.0.0.1:1', REDIS_URL: 'redis://127.0.0.1:1', BLOBS_URL: 'nowhere' };

test.each([
  ['a model that is not there', ['--out', 'OUT'], { MODEL_DIR: 'no-such-folder' }, /model_index\.json/],
  [
    'a model that is not there, whatever it is that several machines share',
    ['--out', 'OUT'],
    { MODEL_DIR: 'no-such-folder', ...shared },
    /model_index\.json/,
  ],
  [
    'a seed that is no number',
    ['--out', 'OUT', '--seed', 'x'],
    {},
    /--seed is a whole number from 0 to 4294967295/,
  ],
  ['an unknown option', ['--out', 'OUT', '--loud'], {}, /Unknown option '--loud'.*npm run demo/s],
])('the demo ends with a sentence and without success at %s', async (_, args, variables, sentence) => {
  const out = await emptyFolder();
  const named = args.map((arg) => arg.replace('OUT', out));
  const { status, printed } = await runProgram('demo.ts', named, variables).ended;
  expect(status).toBe(1);
  expect(printed).toMatch(sentence);
  expect(printed).not.toContain('    at ');
});
