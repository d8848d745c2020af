import { openModel } from '../diffusion/model.ts';
import { type ModelFolder, readModelFolder } from '../diffusion/model-folder.ts';
import { embed, untaught } from '../diffusion/taught-model.ts';
import { takesAnySize } from '../onnx/any-size.ts';
import type { Graph, ValueInfo } from '../onnx/graph.ts';
import { readModelFile } from '../onnx/model-file.ts';
import { allocate, elementCount, float32, type Tensor } from '../onnx/tensor.ts';
import { gaussianNoise } from '../random.ts';
import { raise } from '../result.ts';
import type { Runtime } from '../runtime/runtime.ts';

/** What is known of a model that was tried out. */
export interface CheckedModel {
  readonly folder: ModelFolder;
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
 * Tries a model out: the inputs and sizes of its graphs, that its gradient can be made, and that cut at its keys and values it
 * answers as it does uncut. Raises 'invalid-model' or 'unsupported-operator' with the reason.
 */
export async function checkModel(runtime: Runtime, path: string): Promise<CheckedModel> {
  const folder = await readModelFolder(path);
  const { unet, textEncoder } = await requirePlainInputs(folder);
  const sample = sampleFor(folder, unet);
  const uncut = await answerUncut(runtime, folder, { unet, textEncoder, sample });
  const model = await openModel(runtime, path);
  try {
    const taught = untaught(model);
    const encodings = texts.map((text) => taught.tokenizer.encode(text));
    const keysAndValues = await model.textSide.project(embed(taught, encodings), model.baseWeights);
    const cut = await model.trunk.predict(sample, timesteps, keysAndValues);
    const parity = farthest(cut, uncut);
    if (!(parity <= mostParity))
      raise(
        'invalid-model',
        `Cut at its keys and values, the model answers otherwise than uncut (by ${parity.toExponential(1)} of the largest value), so it cannot be taught. Export it in another way.`,
      );
    await requireFactor(folder, model.autoencoder.raw, sample);
    const { parameters, keyValueParameters } = model.counts;
    return { folder, parameters, keyValueParameters, parity, notes: notesOn(folder, unet) };
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

interface Uncut {
  readonly unet: Graph;
  readonly textEncoder: Graph;
  readonly sample: Tensor;
}

async function answerUncut(runtime: Runtime, folder: ModelFolder, parts: Uncut): Promise<Tensor> {
  const ids = parts.textEncoder.inputs[0] as ValueInfo;
  const encodings = texts.map((text) => folder.tokenizer.encode(text).ids);
  const tokens = folder.tokenizer.maxTokens;
  const states = await runOnce(runtime, folder.graphs.textEncoder, parts.textEncoder, {
    [ids.name]: whole(
      ids,
      [texts.length, tokens],
      encodings.flatMap((each) => [...each]),
    ),
  });
  const feeds = parts.unet.inputs.map((input): [string, Tensor] => {
    if (input.dims.length === 4) return [input.name, parts.sample];
    return [input.name, input.dims.length === 3 ? states : whole(input, [texts.length], timesteps)];
  });
  return runOnce(runtime, folder.graphs.unet, parts.unet, Object.fromEntries(feeds));
}

/** The first output of one run, or the last hidden states where it has such. */
async function runOnce(
  runtime: Runtime,
  path: string,
  graph: Graph,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<Tensor> {
  const session = await runtime.open({ path });
  const named = graph.outputs.find(({ name }) => name === 'last_hidden_state') ?? graph.outputs[0];
  const output = named?.name ?? '';
  const results = await session.run(feeds, [output]);
  await session.release();
  return results[output] as Tensor;
}

function whole({ type }: ValueInfo, dims: readonly number[], values: readonly number[]): Tensor {
  const data = allocate(type, values.length);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) data.set(values.map(BigInt));
  else data.set(values);
  return { type, dims, data } as Tensor;
}

/** Raises 'invalid-model' where a graph wants something that Stable Diffusion's do not. */
async function requirePlainInputs({ graphs }: ModelFolder) {
  const unet = (await readModelFile(graphs.unet)).graph;
  const textEncoder = (await readModelFile(graphs.textEncoder)).graph;
  requireInputs('U-Net', unet, 3);
  requireInputs('text encoder', textEncoder, 1);
  for (const path of [graphs.vaeDecoder, graphs.vaeEncoder])
    if (path !== undefined) requireInputs('autoencoder', (await readModelFile(path)).graph, 1);
  return { unet, textEncoder };
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
  { decode }: { decode(latents: Tensor): Promise<Tensor> },
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

function notesOn(folder: ModelFolder, unet: Graph): readonly string[] {
  const { graphs } = folder;
  return [
    ...(graphs.vaeEncoder === undefined
      ? ['There is no vae_encoder: the model draws, but nothing can be taught on it.']
      : []),
    ...(graphs.safetyChecker === undefined
      ? ['There is no safety_checker: nobody looks at its pictures before they are posted.']
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
