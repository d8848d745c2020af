import { rm, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { makeOwnFolder } from '../model-store/open-places.ts';
import { addModel } from '../src/models/add.ts';
import { checkModel } from '../src/models/check.ts';
import { downloadModel, isRepository, refusals } from '../src/models/hub.ts';
import {
  changedFiles,
  listModels,
  type ModelRecord,
  readRecord,
  removeModel,
  requireFree,
} from '../src/models/kept.ts';
import { attempt, raise, unwrap } from '../src/result.ts';
import { createRuntime } from '../src/runtime/session.ts';
import { loadSettings, type Settings } from '../src/settings/settings.ts';
import { endWith, wholeNumber } from './support/arguments.ts';
import { type ProgressLine, progressLine } from './support/progress-line.ts';

/** `npm run model`: keeps base models beside the bundled one, tried out before anybody is served by them. */

const usage = `npm run model -- add SOURCE     keeps a Stable Diffusion model in ONNX: a folder, or a repository of Hugging Face
npm run model -- list           shows the models that are kept
npm run model -- check NAME     tries one out again, and compares its files with what they were
npm run model -- remove NAME    deletes one

Options of add:
  --name NAME            what it is called; MODEL in the settings chooses it by that name
  --revision REVISION    branch, tag or commit of the repository
  --steps N              steps that /imagine takes where nobody says
  --guidance W           guidance that it draws with where nobody says
  --distilled-guidance W what a consistency model with guidance of its own is held to (8)`;

const options = {
  name: { type: 'string' },
  revision: { type: 'string' },
  steps: { type: 'string' },
  guidance: { type: 'string' },
  'distilled-guidance': { type: 'string' },
} as const;

type Options = ReturnType<typeof parse>['values'];

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], options, allowPositionals: true });
}

async function main(args: readonly string[]): Promise<void> {
  const { values, positionals } = parse(args);
  const [task, subject, ...rest] = positionals;
  const settings = unwrap(loadSettings(join(import.meta.dirname, '..')));
  if (rest.length > 0 || (task === 'list') !== (subject === undefined)) return raise('invalid-option', usage);
  if (task === 'list') return list(settings);
  if (task === 'add') return add(settings, subject as string, values);
  if (task === 'check') return check(settings, subject as string);
  if (task !== 'remove') return raise('invalid-option', usage);
  await removeModel(settings.modelsDir, subject as string);
  console.log(
    `${subject} is gone. What was taught on it stays, and can be drawn with where it is added again.`,
  );
}

async function add(settings: Settings, source: string, values: Options): Promise<void> {
  const progress = progressLine('model');
  await makeOwnFolder(settings.dataDir);
  const given = await publishedAt(settings, source, values, progress);
  const name = values.name ?? given.name;
  const phases = { reading: 'reading it', checking: 'trying it out', hashing: 'hashing its files' };
  const removeDownload = () =>
    given.downloaded ? rm(given.folder, { recursive: true, force: true }) : undefined;
  const added = await attempt(() =>
    addModel({
      runtime: createRuntime(threadsOf(settings)),
      models: settings.modelsDir,
      name,
      source: given.source,
      published: given.folder,
      drawing: {
        ...(values.steps !== undefined && { steps: wholeNumber('--steps', values.steps, 1, 100) }),
        ...(values.guidance !== undefined && { guidanceScale: scale('--guidance', values.guidance) }),
      },
      distilledGuidance: scale('--distilled-guidance', values['distilled-guidance'] ?? '8'),
      onPhase: (phase) => progress.update(Object.keys(phases).indexOf(phase) / 3, phases[phase]),
    }),
  );
  if (added.ok || refusals.has(added.problem.code)) await removeDownload();
  const record = unwrap(added);
  progress.end(`${name} is kept`);
  console.log(described(name, record));
  console.log(`Set MODEL=${name} to use it.`);
}

interface Published {
  readonly folder: string;
  readonly name: string;
  readonly source: string;
  readonly downloaded: boolean;
}

/** The folder of that name, or what the repository of that name is downloaded into. */
async function publishedAt(
  { modelsDir, hub }: Settings,
  source: string,
  { name, revision }: Options,
  progress: ProgressLine,
): Promise<Published> {
  const here = resolve(source);
  if ((await stat(here).catch(() => undefined))?.isDirectory())
    return { folder: here, name: basename(here), source: basename(here), downloaded: false };
  if (!isRepository(source))
    return raise('not-found', `There is no folder ${source}, and no repository has such a name.`);
  const ownName = source.replace('/', '--');
  await requireFree(modelsDir, name ?? ownName);
  const folder = join(
    modelsDir,
    '.downloads',
    [ownName, revision ?? 'main'].map(encodeURIComponent).join('@'),
  );
  await downloadModel({
    repository: source,
    ...(revision !== undefined && { revision }),
    folder,
    ...(hub.token !== undefined && { token: hub.token }),
    hubUrl: hub.url,
    mostBytes: hub.mostBytes,
    onBytes: (done, total) => progress.update(done / total, `${megabytes(done)} of ${megabytes(total)} MB`),
  });
  const from = revision === undefined ? source : `${source} at ${revision}`;
  return { folder, name: ownName, source: from, downloaded: true };
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}

async function list({ modelsDir }: Settings): Promise<void> {
  const models = await listModels(modelsDir);
  if (models.size === 0) return console.log('No model is kept beside the bundled one.');
  console.log([...models].map(([name, record]) => described(name, record)).join('\n\n'));
}

async function check(settings: Settings, name: string): Promise<void> {
  const record = await readRecord(settings.modelsDir, name);
  const changed = await changedFiles(settings.modelsDir, name);
  if (changed.length > 0)
    raise(
      'invalid-model',
      `These files are not what they were: ${changed.join(', ')}. Remove ${name} and add it again.`,
    );
  const { parity } = await checkModel(createRuntime(threadsOf(settings)), join(settings.modelsDir, name));
  console.log(described(name, { ...record, parity }));
  console.log('All files are what they were.');
}

function threadsOf({ threads }: Settings) {
  return threads === undefined ? {} : { threads };
}

function scale(option: string, typed: string): number {
  const value = Number(typed);
  if (typed.trim() !== '' && value >= 1 && value <= 20) return value;
  return raise('invalid-option', `${option} is a number from 1 to 20, not ${typed}.`);
}

function described(name: string, record: ModelRecord): string {
  const { source, pixels, parameters, drawing, parity, files, notes } = record;
  const bytes = Object.values(files).reduce((sum, file) => sum + file.bytes, 0);
  const millions = (parameters / 1e6).toLocaleString('en-US', { maximumSignificantDigits: 3 });
  return [
    `${name} (from ${source})`,
    `  draws ${pixels.width} × ${pixels.height} pixels with ${millions} million weights, ${(bytes / 1e9).toFixed(2)} GB`,
    `  ${drawing.steps} steps, guidance ${drawing.guidanceScale}`,
    `  cut and uncut differ by ${parity.toExponential(1)} of the largest value`,
    ...notes.map((note) => `  ${note}`),
  ].join('\n');
}

await main(process.argv.slice(2)).catch((error: unknown) => endWith(error, usage));
