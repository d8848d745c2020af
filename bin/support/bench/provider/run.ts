import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { readModelFolder } from '../../../../src/diffusion/model-folder.ts';
import { attempt } from '../../../../src/result.ts';
import { listGpus } from '../../../../src/runtime/gpu.ts';
import type { ComputeSettings } from '../../engine-environment.ts';
import { progressLine } from '../../progress-line.ts';
import { circumstances } from '../circumstances.ts';
import { placeUnet } from '../full-size/run.ts';
import { inChild } from '../in-child.ts';
import type { Timing } from '../measure.ts';
import type measureParity from '../measures/parity.ts';
import { type Comparing, compareSteps } from '../steps/compare.ts';
import type { UnetSteps } from '../steps/unet.ts';
import { aimsOf, drawn, type MeasuredStep } from './aims.ts';

export interface ProviderBenchOptions {
  readonly settings: ComputeSettings;
  /** Folder of a model, or one for Stable Diffusion 1.5's U-Net with random weights. */
  readonly measured: { readonly model: string } | { readonly fullSize: string };
  readonly runs: number;
  readonly python?: string;
  /** Pictures at a time. */
  readonly batches?: readonly number[];
}

const kinds = ['training', 'denoising'] as const;
const tiny = join(import.meta.dirname, '../../../../test/fixtures/tiny-sd');

/**
 * Whether a provider computes what PyTorch does, and how long its steps take: the parity of a small model in float32, and training and
 * denoising steps at the model's own size.
 */
export async function runOnProvider(options: ProviderBenchOptions) {
  const { settings, measured, runs, python, batches = [1, 2, 4, 8] } = options;
  const line = progressLine('bench');
  line.update(0, 'parity');
  const exact = { ...settings, precision: 'float32', tf32: false } as const;
  const found = await inChild('parity', { model: tiny, runs: 1, batch: 1 }, exact);
  const parity = found as Awaited<ReturnType<typeof measureParity>>;
  const { name, unet, config } = await unetOf(measured);
  const comparing: Comparing = {
    runs,
    settings,
    ...(python !== undefined && config !== null && { python, ...(config && { config }) }),
  };
  const steps: MeasuredStep[] = [];
  for (const kind of kinds) {
    for (const batch of batches) {
      line.update((1 + steps.length) / (1 + kinds.length * batches.length), `${kind}, batch ${batch}`);
      const compared = await attempt(() => compareSteps(kind, { ...unet, batch }, comparing));
      steps.push({ kind, batch, ...(compared.ok ? compared.value : { failed: compared.problem.message }) });
    }
  }
  const decoding = 'model' in measured ? await decodingOf(measured.model, options) : undefined;
  line.clear();
  return {
    ...circumstances(settings),
    gpu: (await listGpus())?.find(({ index }) => index === settings.gpus[0]) ?? null,
    model: name,
    latents: unet.side,
    parity,
    ...(config === null && {
      pytorch: 'left out: the config of the U-Net is not of those that diffusers builds',
    }),
    steps,
    decoding: decoding ?? null,
    aims: aimsOf(steps, decoding?.median),
  };
}

/** All pictures of a drawing at once; undefined where that fails, as where memory is too small for it. */
async function decodingOf(
  model: string,
  { settings, runs }: ProviderBenchOptions,
): Promise<Timing | undefined> {
  const measured = await attempt(() => inChild('decoding', { model, runs, batch: drawn.pictures }, settings));
  return measured.ok ? (measured.value as Timing) : undefined;
}

interface Measured {
  readonly name: string;
  readonly unet: Omit<UnetSteps, 'batch'>;
  /** diffusers' config; undefined for Stable Diffusion 1.5's own, null where diffusers builds none like it. */
  readonly config: string | undefined | null;
}

async function unetOf(measured: ProviderBenchOptions['measured']): Promise<Measured> {
  if ('fullSize' in measured) {
    const unet = join(measured.fullSize, 'unet');
    await placeUnet(unet);
    return {
      name: "Stable Diffusion 1.5's U-Net, random weights",
      unet: { unet, side: 64 },
      config: undefined,
    };
  }
  const { path, graphs, latents, tokenizer } = await readModelFolder(measured.model);
  const unet = dirname(graphs.unet);
  const config = join(unet, 'config.json');
  const { down_block_types } = JSON.parse(await readFile(config, 'utf8'));
  return {
    name: basename(path),
    unet: { unet, side: latents.height, channels: latents.channels, tokens: tokenizer.maxTokens },
    config: down_block_types === undefined ? null : config,
  };
}
