import type { Autoencoder } from '../diffusion/autoencoder.ts';
import { openModel } from '../diffusion/model.ts';
import { type ModelFolder, readModelFolder } from '../diffusion/model-folder.ts';
import { createScheduler } from '../diffusion/schedulers/scheduler.ts';
import { embed, untaught } from '../diffusion/taught-model.ts';
import { eachText } from '../diffusion/texts.ts';
import { takesAnySize } from '../onnx/any-size.ts';
import type { Graph, ValueInfo } from '../onnx/graph.ts';
import { type ModelFile, readModelFile } from '../onnx/model-file.ts';
import { allocate, elementCount, float32, type Tensor } from '../onnx/tensor.ts';
import { gaussianNoise } from '../random.ts';
import { raise } from '../result.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { type UsualDrawing, usualDrawing } from './drawing.ts';
import { requireKnownOperators } from './operators.ts';

/** What is known of a model that was tried out. */
export interface CheckedModel {
  readonly folder: ModelFolder;
  /** How it draws where nobody says. */
  readonly drawing: UsualDrawing;
  readonly parameters: number;
  readonly keyValueParameters: number;
  /** The largest difference between the cut model's answer and the uncut one's, as a part of the largest value. */
  readonly parity: number;
  /** What is missing, and what that rules out, a sentence each. */
  readonly notes: readonly string[];
}

/** The same operators on the same weights differ by rounding alone. */
const mostParity = 1e-3;
const texts = ['a photo of a dog', ''] as const;
const timesteps = [250, 700] as const;
const smallSide = 16;

/**
 * Tries a model out: that its schedule has the steps that it draws in, the inputs, sizes and operators of its graphs, that its
 * gradient can be made, and that cut at its keys and values it answers as it does uncut. Raises 'invalid-model' or
 * 'unsupported-operator' with the reason, and 'invalid-option' for steps that its schedule has not.
 * @param asked how it is to draw where nobody says, where that is not what it was kept or published with
 */
export async function checkModel(
  runtime: Runtime,
  path: string,
  asked: Partial<UsualDrawing> = {},
): Promise<CheckedModel> {
  const folder = await readModelFolder(path);
  const drawing = { ...usualDrawing(folder.scheduler), ...folder.drawing, ...asked };
  createScheduler(folder.sampler, folder.scheduler, drawing.steps);
  const graphs = await readGraphs(folder);
  requirePlainInputs(graphs);
  await requireKnownOperators(folder, graphs);
  const unet = graphs.unet.graph;
  const sample = sampleFor(folder, unet);
  const uncut = await answerUncut(runtime, folder, graphs, sample);
  const model = await openModel(runtime, path);
  try {
    const taught = untaught(model);
    const encodings = texts.map((text) => taught.tokenizer.encode(text));
    const read = eachText(await model.textSide.project(embed(taught, encodings), model.baseWeights));
    const cut = await model.trunk.predict(sample, timesteps, read);
    const parity = farthest(cut, uncut);
    if (!(parity <= mostParity))
      raise(
        'invalid-model',
        `Cut at its keys and values, the model answers otherwise than uncut (by ${parity.toExponential(1)} of the largest value), so it cannot be taught. Export it in another way.`,
      );
    await requireFactor(folder, model.autoencoder, sample);
    if (graphs.vaeEncoder) await requireLatents(folder, model.autoencoder, graphs.vaeEncoder.graph, sample);
    const { parameters, keyValueParameters } = model.counts;
    return { folder, drawing, parameters, keyValueParameters, parity, notes: notesOn(folder, unet) };
  } finally {
    await model.release();
  }
}

/** Latents of two pictures: small where the graph takes any size, the model's own otherwise. */
function sampleFor(folder: ModelFolder, unet: Graph): Tensor<'float32'> {
  const { channels, height, width } = folder.latents;
  const sides = takesAnySize(unet) ? [smallSide, smallSide] : [height, width];
  const dims = [texts.length, channels, ...sides];
  return float32(dims, gaussianNoise(1, 0, elementCount(dims)));
}

async function answerUncut(
  runtime: Runtime,
  { tokenizer }: ModelFolder,
  { unet, textEncoder }: Graphs,
  sample: Tensor,
): Promise<Tensor> {
  const ids = textEncoder.graph.inputs[0] as ValueInfo;
  const encodings = texts.map((text) => tokenizer.encode(text).ids);
  const tokens = tokenizer.maxTokens;
  const states = await runOnce(runtime, textEncoder, {
    [ids.name]: whole(
      ids,
      [texts.length, tokens],
      encodings.flatMap((each) => [...each]),
    ),
  });
  const feeds = unet.graph.inputs.map((input): [string, Tensor] => {
    if (input.dims.length === 4) return [input.name, sample];
    return [input.name, input.dims.length === 3 ? states : whole(input, [texts.length], timesteps)];
  });
  return runOnce(runtime, unet, Object.fromEntries(feeds));
}

/** The first output of one run, or the last hidden states where it has such. Opened by its path, a graph would hold its weights twice. */
async function runOnce(
  runtime: Runtime,
  { graph, folder }: ModelFile,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<Tensor> {
  const session = await runtime.open(graph, { externalDataFolder: folder });
  const named = graph.outputs.find(({ name }) => name === 'last_hidden_state') ?? graph.outputs[0];
  const output = named?.name ?? '';
  try {
    return (await session.run(feeds, [output]))[output] as Tensor;
  } finally {
    await session.release();
  }
}

function whole({ type }: ValueInfo, dims: readonly number[], values: readonly number[]): Tensor {
  const data = allocate(type, values.length);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) data.set(values.map(BigInt));
  else data.set(values);
  return { type, dims, data } as Tensor;
}

interface Graphs {
  readonly unet: ModelFile;
  readonly textEncoder: ModelFile;
  readonly vaeDecoder: ModelFile;
  readonly vaeEncoder: ModelFile | undefined;
}

async function readGraphs({ graphs }: ModelFolder): Promise<Graphs> {
  return {
    unet: await readModelFile(graphs.unet),
    textEncoder: await readModelFile(graphs.textEncoder),
    vaeDecoder: await readModelFile(graphs.vaeDecoder),
    vaeEncoder: graphs.vaeEncoder === undefined ? undefined : await readModelFile(graphs.vaeEncoder),
  };
}

/** Raises 'invalid-model' where a graph wants something that Stable Diffusion's do not. */
function requirePlainInputs({ unet, textEncoder, vaeDecoder, vaeEncoder }: Graphs): void {
  requireInputs('U-Net', unet.graph, 3);
  requireInputs('text encoder', textEncoder.graph, 1);
  requireInputs('autoencoder', vaeDecoder.graph, 1);
  if (vaeEncoder) requireInputs('autoencoder', vaeEncoder.graph, 1);
}

function requireInputs(part: string, { inputs }: Graph, count: number): void {
  if (inputs.length === count) return;
  const names = inputs.map(({ name }) => `"${name}"`).join(', ');
  raise(
    'invalid-model',
    `The ${part} takes ${names}, ${inputs.length} inputs and not ${count}, so it is not that of a plain text-to-picture model. Choose another model.`,
  );
}

/** The autoencoder has to enlarge by what its levels say: pictures of other sizes would not fit their latents. */
async function requireFactor(
  { pixels, latents }: ModelFolder,
  { raw: { decode } }: Autoencoder,
  sample: Tensor<'float32'>,
): Promise<void> {
  const [, channels = 0, height = 0, width = 0] = sample.dims;
  const one = float32([1, channels, height, width], sample.data.slice(0, channels * height * width));
  const [, , decodedHeight = 0, decodedWidth = 0] = (await decode(one)).dims;
  const factor = pixels.height / latents.height;
  if (decodedHeight === height * factor && decodedWidth === width * factor) return;
  raise(
    'invalid-model',
    `vae_decoder/config.json tells of a factor of ${factor} between latents and pixels, but the graph makes ${decodedWidth} × ${decodedHeight} pixels of ${width} × ${height} latents. Take both from one model.`,
  );
}

/** The encoder has to give finite latents of the decoder's size, or their mean and log-variance. */
async function requireLatents(
  { pixels, latents }: ModelFolder,
  { raw: { encode } }: Autoencoder,
  encoder: Graph,
  sample: Tensor,
): Promise<void> {
  const factor = pixels.height / latents.height;
  const [, , high = 0, wide = 0] = takesAnySize(encoder)
    ? sample.dims
    : [1, latents.channels, latents.height, latents.width];
  const planes = [1, 3, high * factor, wide * factor];
  const { dims, data } = await encode(float32(planes, gaussianNoise(1, 0, elementCount(planes))));
  const [, channels = 0, height = 0, width = 0] = dims;
  const fits = channels === latents.channels || channels === 2 * latents.channels;
  if (fits && height === high && width === wide && (data as Float32Array).every(Number.isFinite)) return;
  raise(
    'invalid-model',
    `vae_encoder/model.onnx makes [${dims.slice(1)}] of a picture of ${planes[3]} × ${planes[2]} pixels, or numbers that are not finite, and not latents of [${latents.channels},${high},${wide}]. Take it from the model that the decoder is from.`,
  );
}

function notesOn({ graphs, sampler, scheduler }: ModelFolder, unet: Graph): readonly string[] {
  const isPndm = sampler === 'pndm' && scheduler._class_name !== 'LMSDiscreteScheduler';
  return [
    ...(graphs.vaeEncoder === undefined
      ? ['There is no vae_encoder: the model draws, but nothing can be taught on it.']
      : []),
    ...(graphs.safetyChecker === undefined
      ? ['There is no safety_checker: nobody looks at its pictures before they are posted.']
      : []),
    ...(isPndm && scheduler.skip_prk_steps !== true
      ? [
          'Its scheduler would begin with Runge–Kutta steps (skip_prk_steps is not true); it draws without them here, as Stable Diffusion does.',
        ]
      : []),
    ...(takesAnySize(unet) ? [] : ['Its graphs are of one size: it draws no other.']),
  ];
}

function farthest(a: Tensor, b: Tensor): number {
  let [difference, scale] = [0, 0];
  for (let i = 0; i < b.data.length; i++) {
    difference = Math.max(difference, Math.abs(Number(a.data[i]) - Number(b.data[i])));
    scale = Math.max(scale, Math.abs(Number(b.data[i])));
  }
  return difference / scale;
}
