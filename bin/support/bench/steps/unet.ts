import type { HeadWeights } from '../../../../src/diffusion/heads.ts';
import type { TextValues } from '../../../../src/diffusion/texts.ts';
import type { TokenWeights } from '../../../../src/diffusion/token-weights.ts';
import { openTokenDenoising } from '../../../../src/diffusion/training/token-denoising.ts';
import { openTrunk, type Trunk } from '../../../../src/diffusion/trunk.ts';
import { createGraphBuilder } from '../../../../src/onnx/builder.ts';
import { type CutTextEncoder, embeddingsInput } from '../../../../src/onnx/cut/text-encoder.ts';
import { type CutUnet, cutUnet } from '../../../../src/onnx/cut/unet.ts';
import { readModelFile } from '../../../../src/onnx/model-file.ts';
import { float32, type Tensor } from '../../../../src/onnx/tensor.ts';
import { createRandom } from '../../../../src/random.ts';
import type { Runtime } from '../../../../src/runtime/runtime.ts';

/** Where a U-Net's steps are measured: its folder, and the shape of what it works on. */
export interface UnetSteps {
  /** Folder with `model.onnx`. */
  readonly unet: string;
  readonly batch: number;
  /** Height and width of the latents. */
  readonly side: number;
  /** Of the latents; 4 where absent, as Stable Diffusion's. */
  readonly channels?: number;
  /** Of a prompt; 77 where absent. */
  readonly tokens?: number;
  /** How many the entries of a denoising batch read; 2 where absent, as guided pictures of one prompt do. */
  readonly differentTexts?: number;
}

const plainShape = { channels: 4, tokens: 77 };

export type StepKind = 'denoising' | 'training';

/** One kind of step on random latents, keys and values, and how to close it. */
export interface OpenedSteps {
  step(): Promise<void>;
  release(): Promise<void>;
}

/**
 * Opens a U-Net for steps as a teach and a drawing do them, without the text encoder, whose states are random: a training
 * step goes from text states to the gradients of a concept's neurons in every key and value matrix, a denoising step is the trunk alone. On a GPU what a
 * step runs is opened and run once before, so that what opening costs is in no step.
 */
export async function openSteps(runtime: Runtime, kind: StepKind, options: UnetSteps): Promise<OpenedSteps> {
  const { graph, folder } = await readModelFile(`${options.unet}/model.onnx`);
  const unet = { cut: cutUnet(graph), folder };
  if (kind === 'training') return trainingSteps(runtime, unet, options);
  const { batch, side, channels, tokens } = { ...plainShape, ...options };
  const prepare = { batch, tokens, latents: [channels, side, side] } as const;
  const trunk = await openTrunk(runtime, unet.cut, folder, prepare);
  return denoisingSteps(trunk, unet.cut, options);
}

function denoisingSteps(trunk: Trunk, cut: CutUnet, options: UnetSteps): OpenedSteps {
  const { batch, side, channels, tokens, differentTexts } = { ...plainShape, ...options };
  const random = createRandom(1);
  const sample = normal(random, [batch, channels, side, side]);
  const timesteps = new Array<number>(batch).fill(500);
  const oneText = (): TextValues =>
    Object.fromEntries(
      cut.heads.map(({ trunkInput, outFeatures }) => [trunkInput, normal(random, [1, tokens, outFeatures])]),
    );
  const different = Array.from({ length: differentTexts ?? 2 }, oneText);
  const texts = timesteps.map(
    (_, at) => different[Math.floor((at * different.length) / batch)] as TextValues,
  );
  return {
    async step() {
      await trunk.predict(sample, timesteps, texts);
    },
    release: () => trunk.release(),
  };
}

async function trainingSteps(
  runtime: Runtime,
  { cut, folder }: { readonly cut: CutUnet; readonly folder: string },
  options: UnetSteps,
): Promise<OpenedSteps> {
  const { batch, side, channels, tokens } = { ...plainShape, ...options };
  const random = createRandom(1);
  const width = cut.heads[0]?.inFeatures ?? 0;
  const weights: HeadWeights = new Map(
    cut.heads.map(({ name, inFeatures, outFeatures }) => [
      name,
      normal(random, [inFeatures, outFeatures]).data.map((value) => value / Math.sqrt(inFeatures)),
    ]),
  );
  const own = neuronsOf(cut, weights);
  const learning = Array.from({ length: batch }, (_, text) =>
    tokenAt.map((position) => ({ text, position })),
  ).flat();
  const trained = {
    runtime,
    cut,
    encoder: noEncoder(width),
    folders: { text: folder, unet: folder },
    latents: [channels, side, side],
    tokens,
    states: async (embeddings: Tensor) => embeddings,
  } as const;
  const training = await openTokenDenoising(trained, { batch, weights, own, positions: learning.length });
  const input = {
    embeddings: normal(random, [batch, tokens, width]),
    sample: normal(random, [batch, channels, side, side]),
    target: normal(random, [batch, channels, side, side]),
    timesteps: Array.from({ length: batch }, (_, index) => Math.floor((999 * (index + 0.5)) / batch)),
    positions: learning.map((one) => ({ ...one, weights: own, share: 1 })),
  };
  return {
    async step() {
      await training.step(input);
    },
    release: () => training.release(),
  };
}

/** Where a caption's token and class word stand. */
const tokenAt = [3, 4];
/** Of a concept's neurons: 0.13 % of Stable Diffusion 1.5's parameters are one in so many of its key and value weights. */
const oneIn = 15;

/** As many weights as a concept has, spread over all matrices. */
function neuronsOf(cut: CutUnet, weights: HeadWeights): TokenWeights {
  const heads = cut.heads.map(({ name, inFeatures, outFeatures }) => {
    const matrix = weights.get(name) as Float32Array;
    const count = Math.floor((inFeatures * outFeatures) / oneIn);
    const indices = Uint32Array.from({ length: count }, (_, at) => at * oneIn);
    return [
      name,
      { indices, values: Float32Array.from(indices, (index) => matrix[index] as number) },
    ] as const;
  });
  return { following: 1, heads: new Map(heads) };
}

/** Text states that are what is fed. */
function noEncoder(width: number): CutTextEncoder {
  const builder = createGraphBuilder({ name: 'no text encoder', opset: 17 });
  const embeddings = builder.input(embeddingsInput, 'float32', ['batch', 'tokens', width]);
  const states = builder.op('Identity', [embeddings], {}, 'states');
  builder.output(states, 'float32', ['batch', 'tokens', width]);
  return {
    body: builder.build(),
    table: { initializer: '', vocabularySize: 0, width },
    statesOutput: states,
  };
}

function normal(random: ReturnType<typeof createRandom>, dims: readonly number[]): Tensor<'float32'> {
  const tensor = float32(dims);
  return { ...tensor, data: tensor.data.map(() => random.normal()) };
}
