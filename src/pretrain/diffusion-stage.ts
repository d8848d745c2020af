import { addNoise, cumulativeAlphas } from '../diffusion/schedulers/noise-schedule.ts';
import { createScheduler } from '../diffusion/schedulers/scheduler.ts';
import type { Tokenizer } from '../diffusion/tokenizer.ts';
import { int } from '../onnx/builder.ts';
import type { Graph } from '../onnx/graph.ts';
import { float32, int64, type Tensor } from '../onnx/tensor.ts';
import type { Runtime, Session } from '../runtime/session.ts';
import { decodeLatents } from './autoencoder-stage.ts';
import { autoencoderConfig } from './nets/autoencoder.ts';
import { createNet, type Net, type Parameters } from './nets/net.ts';
import { gaussian, type Random } from './nets/random.ts';
import { textEncoder } from './nets/text-encoder.ts';
import { unet } from './nets/unet.ts';
import { pictureSheet } from './sheet.ts';
import { schedulerConfig, sketchbookTokenizer, textEncoderConfig, unetConfig } from './sketchbook.ts';
import type { Stage } from './stage.ts';
import { captionsFor, type Drawing, seededRandom } from './world/index.ts';

/** Share of captions left empty, for classifier-free guidance (Ho & Salimans 2022, algorithm 1). */
const unconditionalShare = 0.1;
/** γ of min-SNR: steps with little noise count less, or their fine grain would drown what is drawn (Hang et al. 2023, eq. 8). */
const largestSignalToNoise = 5;
const side = autoencoderConfig.pixels / 4;
const latentSize = autoencoderConfig.latentChannels * side * side;

/** Drawings with their latents at unit variance, one after another. */
export interface LatentDataset {
  readonly drawings: readonly Drawing[];
  readonly latents: Float32Array;
  /** What latents were multiplied with. */
  readonly scale: number;
}

export interface DiffusionStageOptions {
  readonly runtime: Runtime;
  readonly data: LatentDataset;
  readonly decoder: Session;
  readonly prompts: readonly string[];
  readonly steps: number;
  readonly batch: number;
  readonly parts: number;
  readonly seed: number;
}

/** Trains the text encoder and the U-Net together to predict noise (Ho et al. 2020, eq. 14). */
export function diffusionStage(options: DiffusionStageOptions): Stage {
  const { runtime, data, decoder, prompts, batch } = options;
  const tokenizer = sketchbookTokenizer();
  const alphas = cumulativeAlphas(schedulerConfig());
  return {
    name: 'diffusion',
    steps: options.steps,
    parts: options.parts,
    seed: options.seed,
    learningRate: 1e-3,
    averageDecay: 0.999,
    weightDecay: 0.01,
    sheetEverySteps: 500,
    net: (random, known) => denoisingLoss(batch / options.parts, random, known),
    batch: async (random) => noisyBatch(data, tokenizer, alphas, batch, random),
    async sheet(trainer) {
      const latents = await sampleLatents(runtime, trainer.average, tokenizer, prompts);
      const unscaled = latents.map((value) => value / data.scale);
      return pictureSheet(
        await decodeLatents(decoder, autoencoderConfig, unscaled),
        Math.ceil(prompts.length / 3),
      );
    },
  };
}

interface Inputs {
  readonly ids: string;
  readonly sample: string;
  readonly timestep: string;
}

function inputs(net: Net, batch: number): Inputs {
  const { builder } = net;
  return {
    ids: builder.input('input_ids', 'int64', [batch, textEncoderConfig().maxTokens]),
    sample: builder.input('sample', 'float32', [batch, autoencoderConfig.latentChannels, side, side]),
    timestep: builder.input('timestep', 'int64', [batch]),
  };
}

function predictedNoise(net: Net, { ids, sample, timestep }: Inputs): string {
  return unet(net, unetConfig, sample, timestep, textEncoder(net, textEncoderConfig(), ids));
}

function denoisingLoss(batch: number, random: Random, known?: Parameters): Net {
  const net = createNet('denoiser', random, known);
  const { builder } = net;
  const prediction = predictedNoise(net, inputs(net, batch));
  const noise = builder.input('noise', 'float32', [batch, autoencoderConfig.latentChannels, side, side]);
  const weight = builder.input('loss_weight', 'float32', [batch, 1, 1, 1]);
  const error = builder.op('Sub', [prediction, noise]);
  const squared = builder.op('Mul', [builder.op('Mul', [error, error]), weight]);
  builder.output(builder.op('ReduceMean', [squared], { keepdims: int(0) }), 'float32', []);
  return net;
}

function denoiser(batch: number, known: Parameters): Graph {
  const net = createNet('denoiser', Math.random, known);
  const prediction = predictedNoise(net, inputs(net, batch));
  net.builder.output(prediction, 'float32', [batch, autoencoderConfig.latentChannels, side, side]);
  return net.builder.build();
}

/** Latents at random timesteps, x_t = √ᾱ·x + √(1 − ᾱ)·noise, each with a caption of its drawing. */
function noisyBatch(
  data: LatentDataset,
  tokenizer: Tokenizer,
  alphas: Float64Array,
  batch: number,
  random: Random,
): Readonly<Record<string, Tensor>> {
  const shape = [batch, autoencoderConfig.latentChannels, side, side];
  const [clean, noise] = [float32(shape), float32(shape)];
  const loss_weight = float32([batch, 1, 1, 1]);
  const timesteps: number[] = [];
  const captions: string[] = [];
  for (let picture = 0; picture < batch; picture++) {
    const index = Math.floor(random() * data.drawings.length);
    const timestep = Math.floor(((picture + random()) / batch) * alphas.length);
    const alpha = alphas[timestep] as number;
    clean.data.set(data.latents.subarray(index * latentSize, (index + 1) * latentSize), picture * latentSize);
    for (let i = 0; i < latentSize; i++) noise.data[picture * latentSize + i] = gaussian(random);
    loss_weight.data[picture] = Math.min(1, (largestSignalToNoise * (1 - alpha)) / alpha);
    timesteps.push(timestep);
    captions.push(random() < unconditionalShare ? '' : captionsFor(data.drawings[index] as Drawing, random));
  }
  return {
    sample: addNoise(alphas, clean, noise, timesteps),
    noise,
    loss_weight,
    timestep: int64([batch], timesteps),
    input_ids: encodeAll(tokenizer, captions),
  };
}

function encodeAll(tokenizer: Tokenizer, texts: readonly string[]): Tensor<'int64'> {
  const ids = texts.flatMap((text) => Array.from(tokenizer.encode(text).ids));
  return int64([texts.length, tokenizer.maxTokens], ids);
}

const sheetSteps = 25;
const sheetGuidanceScale = 5;

/** One picture's latents for each prompt, guided, from the same noise every time. */
async function sampleLatents(
  runtime: Runtime,
  parameters: Parameters,
  tokenizer: Tokenizer,
  prompts: readonly string[],
): Promise<Float32Array> {
  const count = prompts.length;
  const graph = denoiser(2 * count, parameters);
  const session = await runtime.open(graph);
  const weights = Object.fromEntries(
    [...parameters].map(([name, { dims, data }]) => [name, float32(dims, data)]),
  );
  const input_ids = encodeAll(tokenizer, [...prompts.map(() => ''), ...prompts]);
  const random = seededRandom(0);
  const scheduler = createScheduler('ddim', schedulerConfig(), sheetSteps);
  let latents = Float32Array.from(
    { length: count * latentSize },
    () => gaussian(random) * scheduler.initialNoiseScale,
  );
  for (const [i, timestep] of scheduler.timesteps.entries()) {
    const scaled = scheduler.scaleInput(latents, i);
    const sample = float32([2 * count, autoencoderConfig.latentChannels, side, side]);
    sample.data.set(scaled);
    sample.data.set(scaled, scaled.length);
    const feeds = {
      ...weights,
      sample,
      input_ids,
      timestep: int64([2 * count], Array(2 * count).fill(timestep)),
    };
    const output = (await session.run(feeds))[graph.outputs[0]?.name ?? '']?.data as Float32Array;
    const guided = latents.map((_, index) => {
      const unconditional = output[index] as number;
      return (
        unconditional + sheetGuidanceScale * ((output[index + latents.length] as number) - unconditional)
      );
    });
    latents = Float32Array.from(scheduler.step(guided, i, latents));
  }
  await session.release();
  return latents;
}
