import { denoise } from '../../diffusion/denoise.ts';
import { addNoise, cumulativeAlphas, velocityOf } from '../../diffusion/schedulers/noise-schedule.ts';
import { createScheduler } from '../../diffusion/schedulers/scheduler.ts';
import { logNormalWeights, timestepsByWeight } from '../../diffusion/timesteps.ts';
import type { Tokenizer } from '../../diffusion/tokenizer.ts';
import type { Trunk } from '../../diffusion/trunk.ts';
import { int } from '../../onnx/builder.ts';
import type { Graph } from '../../onnx/graph.ts';
import { float32, int64, type Tensor } from '../../onnx/tensor.ts';
import type { Uniform } from '../../random.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { type Drawing, seededRandom } from '../../world/index.ts';
import { pick } from '../../world/random.ts';
import { autoencoderConfig } from '../nets/autoencoder.ts';
import { createNet, type Net, type Parameters } from '../nets/net.ts';
import { gaussian } from '../nets/random.ts';
import { textEncoder } from '../nets/text-encoder.ts';
import { unet } from '../nets/unet.ts';
import { rehearsed } from '../rehearsal.ts';
import { pictureSheet } from '../sheets/pictures.ts';
import { decoderGraph } from '../shipped/graphs.ts';
import { schedulerConfig, sketchbookTokenizer, textEncoderConfig, unetConfig } from '../sketchbook.ts';
import type { Stage } from '../stage.ts';
import { tellingCaption } from '../telling.ts';
import { decodeLatents } from './autoencoder.ts';

/** Share of captions left empty, for classifier-free guidance (Ho & Salimans 2022, algorithm 1). */
const unconditionalShare = 0.1;
/** What captions seldom name, collars and trims, is learnt from those that name much. */
const tellingShare = 0.6;
/** Of ln σ, for latents at unit variance: what Karras et al. 2024 (EDM2, table 6) use for theirs, a little wider. */
const noiseLevels = { mean: 0.3, deviation: 1.2 } as const;
const side = autoencoderConfig.pixels / 4;
const latentSize = autoencoderConfig.latentChannels * side * side;

/** Drawings with their latents at unit variance, one after another. */
export interface LatentDataset {
  readonly drawings: readonly Drawing[];
  readonly latents: Float32Array;
  /** For each drawing, how much an error counts in each cell of its latents, row by row. */
  readonly weights: readonly Float32Array[];
  /** What latents were multiplied with. */
  readonly scale: number;
}

export interface DiffusionStageOptions {
  readonly runtime: Runtime;
  readonly data: LatentDataset;
  /** Whose decoder shows what the sheet's latents are. */
  readonly autoencoder: Parameters;
  readonly prompts: readonly string[];
  readonly steps: number;
  readonly batch: number;
  readonly parts: number;
  readonly seed: number;
}

/** Trains the text encoder and the U-Net together to predict velocity (Salimans & Ho 2022, appendix D). */
export function diffusionStage(options: DiffusionStageOptions): Stage {
  const { runtime, data, autoencoder, prompts, batch } = options;
  const tokenizer = sketchbookTokenizer();
  const alphas = cumulativeAlphas(schedulerConfig());
  const timestepAt = timestepsByWeight(logNormalWeights(alphas, noiseLevels.mean, noiseLevels.deviation));
  const indices = rehearsed(data.drawings);
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
    batch: async (random) => noisyBatch({ data, indices, tokenizer, alphas, timestepAt }, batch, random),
    async sheet(trainer) {
      const latents = await sheetLatents(runtime, trainer.average, tokenizer, prompts);
      const unscaled = latents.map((value) => value / data.scale);
      const decoder = await runtime.open(decoderGraph(autoencoderConfig, autoencoder));
      const pictures = await decodeLatents(decoder, autoencoderConfig, unscaled);
      await decoder.release();
      return pictureSheet(pictures, Math.ceil(prompts.length / 3));
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

function predictedVelocity(net: Net, { ids, sample, timestep }: Inputs): string {
  return unet(net, unetConfig, sample, timestep, textEncoder(net, textEncoderConfig(), ids));
}

function denoisingLoss(batch: number, random: Uniform, known?: Parameters): Net {
  const net = createNet('denoiser', random, known);
  const { builder } = net;
  const prediction = predictedVelocity(net, inputs(net, batch));
  const velocity = builder.input('velocity', 'float32', [
    batch,
    autoencoderConfig.latentChannels,
    side,
    side,
  ]);
  const error = builder.op('Sub', [prediction, velocity]);
  const weight = builder.input('weight', 'float32', [batch, 1, side, side]);
  const squared = builder.op('Mul', [builder.op('Mul', [error, error]), weight]);
  builder.output(builder.op('ReduceMean', [squared], { keepdims: int(0) }), 'float32', []);
  return net;
}

function denoiser(batch: number, known: Parameters): Graph {
  const net = createNet('denoiser', Math.random, known);
  const prediction = predictedVelocity(net, inputs(net, batch));
  net.builder.output(prediction, 'float32', [batch, autoencoderConfig.latentChannels, side, side]);
  return net.builder.build();
}

interface Source {
  readonly data: LatentDataset;
  /** What is drawn from, of the dataset. */
  readonly indices: readonly number[];
  readonly tokenizer: Tokenizer;
  readonly alphas: Float64Array;
  readonly timestepAt: (share: number) => number;
}

/** Latents at random timesteps, x_t = √ᾱ·x + √(1 − ᾱ)·noise, each with a caption of its drawing. */
function noisyBatch(
  { data, indices, tokenizer, alphas, timestepAt }: Source,
  batch: number,
  random: Uniform,
): Readonly<Record<string, Tensor>> {
  const shape = [batch, autoencoderConfig.latentChannels, side, side];
  const [clean, noise] = [float32(shape), float32(shape)];
  const weight = float32([batch, 1, side, side]);
  const timesteps: number[] = [];
  const captions: string[] = [];
  for (let picture = 0; picture < batch; picture++) {
    const index = pick(random, indices);
    clean.data.set(data.latents.subarray(index * latentSize, (index + 1) * latentSize), picture * latentSize);
    weight.data.set(data.weights[index] as Float32Array, picture * side * side);
    for (let i = 0; i < latentSize; i++) noise.data[picture * latentSize + i] = gaussian(random);
    timesteps.push(timestepAt((picture + random()) / batch));
    const drawing = data.drawings[index] as Drawing;
    captions.push(random() < unconditionalShare ? '' : tellingCaption(drawing, tellingShare, random));
  }
  return {
    sample: addNoise(alphas, clean, noise, timesteps),
    velocity: velocityOf(alphas, clean, noise, timesteps),
    weight,
    timestep: int64([batch], timesteps),
    input_ids: inputIds(tokenizer, captions),
  };
}

/** Ids of texts, [texts, tokens]. */
export function inputIds(tokenizer: Tokenizer, texts: readonly string[]): Tensor<'int64'> {
  const ids = texts.flatMap((text) => Array.from(tokenizer.encode(text).ids));
  return int64([texts.length, tokenizer.maxTokens], ids);
}

const sheetSteps = 25;
const sheetGuidanceScale = 4;

/** One picture's latents for each prompt, guided, from the same noise every time. */
async function sheetLatents(
  runtime: Runtime,
  parameters: Parameters,
  tokenizer: Tokenizer,
  prompts: readonly string[],
): Promise<Float32Array> {
  const entries = 2 * prompts.length;
  const graph = denoiser(entries, parameters);
  const session = await runtime.open(graph);
  const weights = Object.fromEntries(
    [...parameters].map(([name, { dims, data }]) => [name, float32(dims, data)]),
  );
  const input_ids = inputIds(tokenizer, [...prompts.map(() => ''), ...prompts]);
  const trunk: Pick<Trunk, 'precision' | 'predict'> = {
    precision: runtime.precision,
    async predict(sample, timesteps) {
      const feeds = { ...weights, sample, input_ids, timestep: int64([entries], timesteps) };
      return (await session.run(feeds))[graph.outputs[0]?.name ?? ''] as Tensor;
    },
  };
  const random = seededRandom(0);
  const noise = Float32Array.from({ length: prompts.length * latentSize }, () => gaussian(random));
  const sampling = {
    noise: float32([prompts.length, autoencoderConfig.latentChannels, side, side], noise),
    texts: [],
    guidanceScale: sheetGuidanceScale,
    scheduler: createScheduler('ddim', schedulerConfig(), sheetSteps),
  };
  try {
    const { data } = await denoise(trunk, sampling, { turn: (action) => action(), onStep() {} });
    return data;
  } finally {
    await session.release();
  }
}
