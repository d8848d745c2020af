import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Concept } from '../../../src/concept.ts';
import { sampleRequests } from '../../../src/personalize/sample-prompts.ts';
import { shownSize } from '../../../src/pictures/encode.ts';
import { stackRows } from '../../../src/pictures/stack.ts';
import { raise, unwrap } from '../../../src/result.ts';
import type { Settings } from '../../../src/settings/settings.ts';
import type { Studio } from '../../../src/studio/studio.ts';
import { apart } from '../apart.ts';
import { type Assembly, assemble } from '../assemble.ts';
import { commitHash } from '../commit.ts';
import { duration, progressLine } from '../progress-line.ts';
import { shownPath } from '../shown-path.ts';
import { createChat, demoServer } from './chat.ts';
import { type DemoLesson, prepareLessons } from './lessons.ts';
import { type DrawnImage, reportOf } from './report.ts';
import { rowOf } from './sheets.ts';

export interface DemoOptions {
  /** Everything goes here. */
  readonly out: string;
  /** Of the pictures drawn at the end. */
  readonly seed: number;
  readonly settings: Settings;
  readonly signal: AbortSignal;
}

const prompts = [
  '<new2> lighthouse in the snow',
  'A <new6> horse in <new3> style',
  'A <new1> dog wearing a <new4> hat in <new5> park in <new3> style',
];
const samplePicture = 128;

/** Teaches seven things, draws with them, and draws their samples again. Raises what goes wrong. */
export async function runDemo({ out, seed, settings, signal }: DemoOptions): Promise<void> {
  const started = performance.now();
  const dataDir = join(out, 'demo-data');
  await rm(dataDir, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const logLevel = settings.logLevel === 'info' ? 'error' : settings.logLevel;
  const assembly = await assemble(apart({ ...settings, logLevel }, dataDir));
  signal.addEventListener('abort', () => assembly.bot.stop());
  try {
    const { id, pixels } = unwrap(await assembly.engine.describe(settings.modelDir));
    const lessons = await prepareLessons(join(out, 'taught'));
    const chat = createChat(assembly.bot, out);
    const sheets: Uint8Array[] = [];
    for (const { line, pictures } of lessons) {
      stopIf(signal);
      sheets.push((await chat.send(line, pictures)).picture);
    }
    const drawn: DrawnImage[] = [];
    const grids: Uint8Array[] = [];
    for (const prompt of prompts) {
      stopIf(signal);
      const since = performance.now();
      const { picture, file } = await chat.send(`/imagine ${prompt} count:4 seed:${seed}`);
      drawn.push({ prompt, seed, seconds: (performance.now() - since) / 1000, file: basename(file) });
      grids.push(picture);
    }
    const concepts = await assembly.bot.studio.concepts(demoServer);
    const cell = shownSize(pixels, samplePicture);
    const again = await drawAgain(assembly, concepts, join(out, 'afterwards'), cell, signal);
    await writeFile(join(out, 'overview.png'), await overview(lessons, sheets, again, grids, cell));
    const report = reportOf({ concepts, images: drawn, commit: commitHash(), model: id });
    await writeFile(join(out, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
    summarize(out, concepts, drawn, (performance.now() - started) / 1000);
  } finally {
    await assembly.close();
  }
}

/** The samples of every concept with the seeds they were drawn with right after it was taught, a sheet for each. */
async function drawAgain(
  { bot }: Assembly,
  concepts: readonly Concept[],
  folder: string,
  cell: { readonly width: number; readonly height: number },
  signal: AbortSignal,
): Promise<readonly Uint8Array[]> {
  await mkdir(folder, { recursive: true });
  const line = progressLine('Drawing every sample again with the seed it had');
  const sheets: Uint8Array[] = [];
  for (const concept of concepts) {
    line.update(sheets.length / concepts.length, concept.token);
    const sheet = await rowOf(await samplesOf(bot.studio, concept, signal), cell);
    sheets.push(sheet);
    await writeFile(join(folder, `new${concept.number}-${concept.classWord}.png`), sheet);
  }
  line.clear();
  return sheets;
}

async function samplesOf(
  studio: Studio,
  { token, classWord, kind, number }: Concept,
  signal: AbortSignal,
): Promise<readonly Uint8Array[]> {
  const files: Uint8Array[] = [];
  for (const request of sampleRequests(token, classWord, kind, number)) {
    stopIf(signal);
    files.push(...unwrap(await studio.imagine(demoServer, request, { signal })).pictures);
  }
  return files;
}

/** A row for each concept: what it was taught from, its samples right after, and after all seven. Then the composites. */
async function overview(
  lessons: readonly DemoLesson[],
  sheets: readonly Uint8Array[],
  again: readonly Uint8Array[],
  grids: readonly Uint8Array[],
  cell: { readonly width: number; readonly height: number },
): Promise<Uint8Array> {
  const rows = lessons.map(async ({ pictures }, index) => [
    await rowOf(pictures, cell),
    sheets[index] as Uint8Array,
    again[index] as Uint8Array,
  ]);
  return stackRows([...(await Promise.all(rows)), grids]);
}

function summarize(
  out: string,
  concepts: readonly Concept[],
  drawn: readonly DrawnImage[],
  seconds: number,
): void {
  console.log(`Seven things taught and drawn together in ${duration(seconds)}:`);
  for (const { token, classWord, numbers } of concepts) {
    const { neurons, share, lossFirst, lossLast } = numbers;
    console.log(
      [
        `  ${token} ${classWord}`.padEnd(20),
        `${numbers.seconds.toFixed(0)} s`.padStart(6),
        `${neurons.toLocaleString('en-US')} neurons, ${(100 * share).toFixed(2)} %`.padStart(25),
        `   loss ${lossFirst.toFixed(3)} → ${lossLast.toFixed(3)}`,
      ].join(''),
    );
  }
  const slowest = Math.max(...drawn.map((image) => image.seconds));
  console.log(`Four pictures took ${slowest.toFixed(1)} s or less.`);
  const file = (name: string) => shownPath(join(out, name));
  console.log(
    `\n${file('overview.png')} has a row for each: the pictures it was taught from, what was drawn of it right after,\n` +
      `and the same drawn again once all seven were known. The numbers are in ${file('report.json')}.`,
  );
}

function stopIf(signal: AbortSignal): void {
  if (signal.aborted) raise('cancelled', 'The demo was stopped.');
}
