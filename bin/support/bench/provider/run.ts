import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { readModelFolder } from '../../../../src/diffusion/model-folder.ts';
import { attempt } from '../../../../src/result.ts';
import { listGpus } from '../../../../src/runtime/gpu.ts';
import type { ComputeSettings } from '../../engine-environment.ts';
import { progressLine } from '../../progress-line.ts';
import { circumstances } from '../circumstances.ts';
import { placeModel } from '../full-size/place.ts';
import { inChild } from '../in-child.ts';
import type { Timing } from '../measure.ts';
import type measureParity from '../measures/parity.ts';
import { type Comparing, compareSteps } from '../steps/compare.ts';
import type { StepKind, UnetSteps } from '../steps/unet.ts';
import { aimsOf, drawn, type MeasuredStep, type Waited } from './aims.ts';

export interface ProviderBenchOptions {
  readonly settings: ComputeSettings;
  /** Folder of a model, or one for a model of Stable Diffusion 1.5's shape with random weights. */
  readonly measured: { readonly model: string } | { readonly fullSize: string };
  readonly runs: number;
  readonly python?: string;
  /** Pictures at a time. */
  readonly batches?: readonly number[];
  /** Training steps of the teach; the method's own number where absent. */
  readonly teachSteps?: number;
  /** Told all that is known so far after each measurement, so that nothing is lost where one of them does not end. */
  readonly onMeasured?: (soFar: object) => Promise<void>;
}

const tiny = join(import.meta.dirname, '../../../../test/fixtures/tiny-sd');

/**
 * Whether a provider computes what PyTorch does, and how long people wait for it: the parity of a small model in float32; a teach and
 * a drawing by the engine process; training and denoising steps of the U-Net and decoding, at the model's own size.
 */
export async function runOnProvider(options: ProviderBenchOptions) {
  const { settings, runs, batches = [1, 2, 4, 8], teachSteps, onMeasured = async () => {} } = options;
  const plan = stepsOf(batches);
  const line = progressLine('bench');
  let done = 0;
  const say = (what: string) => line.update(done++ / (plan.length + 5), what);
  say('the model');
  const { model, name } = await modelOf(options.measured);
  const exact = { ...settings, precision: 'float32', tf32: false } as const;
  say('parity');
  const parity = await parityWith(exact);
  say('parity in half precision');
  const halfParity = await halfParityOf(settings);
  const unet = await unetOf(model);
  const gpu = (await listGpus())?.find(({ index }) => index === settings.gpus[0]) ?? null;
  const about = { ...circumstances(settings), gpu, model: name, latents: unet.steps.side };
  const common = { model, runs, ...(teachSteps !== undefined && { teachSteps }) };
  say('a teach and a drawing');
  const waited = await orWhyNot(() => inChild('commands', { ...common, batch: 1 }, settings));
  const steps: MeasuredStep[] = [];
  const result = (decoding?: Timing | Failed) => ({
    ...about,
    parity,
    halfParity,
    commands: waited,
    ...(unet.config === null && {
      pytorch: 'left out: the config of the U-Net is not of those that diffusers builds',
    }),
    steps,
    decoding: decoding ?? null,
    aims: aimsOf(steps, 'failed' in waited ? undefined : (waited as Waited)),
  });
  for (const { kind, ...size } of plan) {
    await onMeasured(result());
    say(`${kind}, batch ${size.batch}`);
    const compared = await orWhyNot(() =>
      compareSteps(kind, { ...unet.steps, ...size }, comparing(options, unet.config)),
    );
    steps.push({ kind, ...size, ...compared });
  }
  await onMeasured(result());
  say('decoding');
  const decoding = await orWhyNot(() => inChild('decoding', { ...common, batch: drawn.pictures }, settings));
  line.clear();
  return result(decoding as Timing | Failed);
}

type PlannedStep = { readonly kind: StepKind } & Pick<UnetSteps, 'batch' | 'differentTexts'>;

/**
 * Every kind of step in every batch; after the first of them drawing in the batch of a usual request too, which an aim is for, and in as large a
 * batch of as many requests.
 */
function stepsOf(batches: readonly number[]): readonly PlannedStep[] {
  const [first = 1, ...rest] = batches;
  const drawing = [...new Set([first, drawn.batch, ...rest])];
  return drawing.flatMap((batch) => [
    ...(batches.includes(batch) ? ([{ kind: 'training', batch }] as const) : []),
    { kind: 'denoising', batch } as const,
    ...(batch === drawn.batch ? ([{ kind: 'denoising', batch, differentTexts: batch }] as const) : []),
  ]);
}

type Parity = Awaited<ReturnType<typeof measureParity>>;

async function parityWith(settings: ComputeSettings): Promise<Parity> {
  return (await inChild('parity', { model: tiny, runs: 1, batch: 1 }, settings)) as Parity;
}

/** Three digits are what half precision has, and some are lost in sums. */
const mostHalfError = 0.01;

/** The same parity where the trunk is in half precision; null where nothing is to be computed in that. */
async function halfParityOf(settings: ComputeSettings) {
  const { provider, precision } = settings;
  const isHalf = precision === 'float16' || (precision === 'auto' && provider !== 'cpu');
  if (!isHalf) return null;
  const found = await orWhyNot(() => parityWith({ ...settings, precision: 'float16' }));
  if ('failed' in found) return { passes: false, ...found };
  const { largest, comparisons } = found;
  return { passes: largest !== null && largest <= mostHalfError, largest, comparisons };
}

interface Failed {
  readonly failed: string;
}

/** What was measured, or why it could not be, as where memory is too small for it. */
async function orWhyNot<T>(measure: () => Promise<T>): Promise<T | Failed> {
  const measured = await attempt(measure);
  return measured.ok ? measured.value : { failed: measured.problem.message };
}

function comparing({ runs, settings, python }: ProviderBenchOptions, config: string | null): Comparing {
  return { runs, settings, ...(python !== undefined && config !== null && { python, config }) };
}

async function modelOf(
  measured: ProviderBenchOptions['measured'],
): Promise<{ readonly model: string; readonly name: string }> {
  if ('model' in measured) return { model: measured.model, name: basename(measured.model) };
  await placeModel(measured.fullSize);
  return { model: measured.fullSize, name: "Stable Diffusion 1.5's shape, random weights" };
}

interface MeasuredUnet {
  readonly steps: Omit<UnetSteps, 'batch'>;
  /** diffusers' config; null where diffusers builds none like it. */
  readonly config: string | null;
}

async function unetOf(model: string): Promise<MeasuredUnet> {
  const { graphs, latents, tokenizer } = await readModelFolder(model);
  const unet = dirname(graphs.unet);
  const config = join(unet, 'config.json');
  const { down_block_types } = JSON.parse(await readFile(config, 'utf8'));
  return {
    steps: { unet, side: latents.height, channels: latents.channels, tokens: tokenizer.maxTokens },
    config: down_block_types === undefined ? null : config,
  };
}
