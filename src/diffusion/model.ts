import { halvings, takesAnySize } from '../onnx/any-size.ts';
import { withSkipSizes } from '../onnx/cut/skip-sizes.ts';
import { type CutTextEncoder, cutTextEncoder } from '../onnx/cut/text-encoder.ts';
import { type CutUnet, cutUnet, type Head } from '../onnx/cut/unet.ts';
import { type Graph, shapeOfInitializer } from '../onnx/graph.ts';
import { type ModelFile, readInitializer, readModelFile } from '../onnx/model-file.ts';
import { specialize } from '../onnx/shape/specialize.ts';
import { elementCount, transposed } from '../onnx/tensor.ts';
import { attempt } from '../result.ts';
import { orRelease } from '../runtime/or-release.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { type Autoencoder, openAutoencoder } from './autoencoder.ts';
import { createTokenEmbeddings, type TokenEmbeddings } from './embeddings.ts';
import type { HeadWeights } from './heads.ts';
import { type ModelFolder, readModelFolder } from './model-folder.ts';
import { namingRuntime } from './naming-runtime.ts';
import { openSafetyChecker, type SafetyChecker } from './safety-checker.ts';
import { openTextSide, type TextSide, textGradient } from './text-side.ts';
import {
  openTokenDenoising,
  type TokenDenoising,
  type TokenTrainingOptions,
} from './training/token-denoising.ts';
import { trunkGradient } from './training/trunk-gradient.ts';
import { openTrunk, type Trunk } from './trunk.ts';

/** A base model, cut at its keys and values and ready to draw and to be taught. */
export interface Model {
  readonly folder: ModelFolder;
  readonly heads: readonly Head[];
  /** The base model's key and value matrices, each [in, out]; never changed. */
  readonly baseWeights: HeadWeights;
  readonly embeddings: TokenEmbeddings;
  readonly textSide: TextSide;
  readonly trunk: Trunk;
  /** Opens a training of the weights that one token has of its own; see {@link openTokenDenoising}. */
  tokenDenoising(options: TokenTrainingOptions): Promise<TokenDenoising>;
  readonly autoencoder: Autoencoder;
  /** Absent where the folder has none. */
  readonly safetyChecker: SafetyChecker | undefined;
  /** Sides of pictures are multiples of this, in pixels; absent where the graphs are of one size. */
  readonly sizeStep: number | undefined;
  readonly counts: {
    readonly keyValueParameters: number;
    /** Of U-Net and text encoder. */
    readonly parameters: number;
  };
  release(): Promise<void>;
}

/**
 * Reads, cuts and opens a diffusers-style ONNX folder. Raises 'invalid-model' or 'unsupported-operator' with the reason, and leaves
 * nothing open then.
 */
export async function openModel(runtime: Runtime, path: string): Promise<Model> {
  const folder = await readModelFolder(path);
  const text = await readModelFile(folder.graphs.textEncoder);
  const unet = await readModelFile(folder.graphs.unet);
  const encoder = cutTextEncoder(text.graph);
  const cut = cutUnet(unet.graph);
  if (folder.graphs.vaeEncoder !== undefined) requireTrainable(folder, encoder, cut);
  const baseWeights = await readHeads(unet, cut.heads);
  const embeddings = createTokenEmbeddings(await readInitializer(text, encoder.table.initializer));
  const sizeStep = await sizeStepOf(folder, unet.graph);
  const folders = { text: text.folder, unet: unet.folder };
  const opened = await openParts({ runtime, folder, folders, encoder, cut, baseWeights });
  const { textSide, trunk, autoencoder, safetyChecker } = opened;
  return {
    ...opened,
    folder,
    heads: cut.heads,
    baseWeights,
    embeddings,
    sizeStep,
    counts: {
      keyValueParameters: cut.heads.reduce((sum, head) => sum + head.inFeatures * head.outFeatures, 0),
      parameters: parameterCount(unet.graph) + parameterCount(text.graph),
    },
    async release() {
      await textSide.release();
      await trunk.release();
      await autoencoder.release();
      await safetyChecker?.release();
    },
  };
}

/** What the sessions of a model are opened from. */
interface Parts {
  readonly runtime: Runtime;
  readonly folder: ModelFolder;
  /** Folders of external weights. */
  readonly folders: { readonly text: string; readonly unet: string };
  readonly encoder: CutTextEncoder;
  readonly cut: CutUnet;
  readonly baseWeights: HeadWeights;
}

type OpenedParts = Pick<Model, 'textSide' | 'trunk' | 'autoencoder' | 'safetyChecker' | 'tokenDenoising'>;

/** Opens all of them, or none. */
function openParts({ runtime, folder, folders, encoder, cut, baseWeights }: Parts): Promise<OpenedParts> {
  const { channels, height, width } = folder.latents;
  const latents = [channels, height, width] as const;
  /** One guided picture, which is what a person sees first. */
  const guided = { batch: 2, tokens: folder.tokenizer.maxTokens, latents };
  const ofText = namingRuntime(runtime, folder.graphs.textEncoder);
  const ofUnet = namingRuntime(runtime, folder.graphs.unet);
  const { heads } = cut;
  const text = { runtime: ofText, encoder, heads, baseWeights, folder: folders.text, prepare: guided };
  return orRelease(async (keep) => {
    const textSide = keep(await openTextSide(text));
    const trunk = keep(await openTrunk(ofUnet, cut, folders.unet, guided));
    const autoencoder = keep(await openAutoencoder(runtime, folder));
    const safetyChecker = await openSafetyChecker(runtime, folder);
    const spare = trunk.spare && { spare: trunk.spare };
    const { tokens } = guided;
    const { states } = textSide;
    const trained = { runtime: ofUnet, encoder, cut, folders, latents, tokens, states, ...spare };
    const tokenDenoising: Model['tokenDenoising'] = (options) => openTokenDenoising(trained, options);
    return { textSide, trunk, autoencoder, safetyChecker, tokenDenoising };
  });
}

/**
 * A picture's sides are whole numbers of latents. Where the U-Net cannot be made to enlarge to the sides of what it joins, or takes even
 * ones alone all the same, they also have to be halved as often as it halves them.
 */
async function sizeStepOf(folder: ModelFolder, unet: Graph): Promise<number | undefined> {
  const decoder = (await readModelFile(folder.graphs.vaeDecoder)).graph;
  if (!takesAnySize(unet) || !takesAnySize(decoder)) return undefined;
  const factor = folder.pixels.width / folder.latents.width;
  const joined = withSkipSizes(unet);
  const takesOdd = joined !== undefined && (await takesOddSides(joined, folder));
  return takesOdd ? factor : factor * 2 ** halvings(unet);
}

/** An exporter that follows shapes by symbols may have written down that sides are even in other places than the enlargements. */
async function takesOddSides(unet: Graph, { latents, tokenizer, textWidth }: ModelFolder): Promise<boolean> {
  const odd = 2 ** halvings(unet) + 1;
  const open = (rank: number) =>
    rank === 4 ? [1, latents.channels, odd, odd] : [1, tokenizer.maxTokens, textWidth];
  const shapes = unet.inputs.map(({ name, dims }) => [
    name,
    dims.map((dim, axis) => (typeof dim === 'number' ? dim : (open(dims.length)[axis] as number))),
  ]);
  return (await attempt(() => specialize(unet, Object.fromEntries(shapes)))).ok;
}

/** A model that cannot be taught is refused when it is opened, not in the middle of a teach. */
function requireTrainable({ tokenizer, latents }: ModelFolder, encoder: CutTextEncoder, cut: CutUnet): void {
  const shape = [latents.channels, latents.height, latents.width] as const;
  trunkGradient(cut, { batch: 1, tokens: tokenizer.maxTokens, latents: shape });
  textGradient(encoder, cut.heads, 1, tokenizer.maxTokens);
}

async function readHeads(unet: ModelFile, heads: readonly Head[]): Promise<HeadWeights> {
  const weights = new Map<string, Float32Array>();
  for (const { name, weight, inFeatures, outFeatures } of heads) {
    const values = (await readInitializer(unet, weight.initializer)).data as Float32Array;
    weights.set(
      name,
      weight.layout === 'in-out' ? values.slice() : transposed(values, outFeatures, inFeatures),
    );
  }
  return weights;
}

/** Elements of all float weights that a model was trained with; shapes and single constants do not count. */
function parameterCount(graph: Graph): number {
  return [...graph.initializers.values()]
    .map(shapeOfInitializer)
    .filter(({ type, dims }) => type.startsWith('float') && dims.length > 0)
    .reduce((sum, { dims }) => sum + elementCount(dims), 0);
}
