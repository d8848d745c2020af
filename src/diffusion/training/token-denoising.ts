import { embeddingsInput } from '../../onnx/cut/text-encoder.ts';
import type { Head } from '../../onnx/cut/unet.ts';
import { joinArrays } from '../../onnx/join.ts';
import { float32, type Tensor } from '../../onnx/tensor.ts';
import type { Runtime, Session } from '../../runtime/runtime.ts';
import { ofLayer } from '../of-layer.ts';
import { changedRows, type TokenPosition } from '../token-weights.ts';
import type { DenoisingBatch, DenoisingStep } from './denoising-step.ts';
import { createScaledRun } from './loss-scale.ts';
import { selectionOf } from './selection.ts';
import { inText, inTrunk, type StepParts, tokenStep } from './token-step.ts';
import {
  otherPositionsInput,
  otherRowsInput,
  positionsInput,
  type TokenTextOptions,
  valuesInput,
} from './token-text.ts';
import { planWithRoom } from './training-plan.ts';
import type { TrainingShape } from './trunk-gradient.ts';
import { denoisingFeeds } from './trunk-training.ts';

/**
 * The gradient of the denoising loss with respect to the token embeddings and what one token has of its own. A step is one run of one
 * graph (token-step.ts): to a GPU and back go what a batch and the token have, and nothing of the model's.
 */
export interface TokenDenoising {
  /** Loss and gradients of one batch. It learns at those of the batch's positions that have the token's weights. */
  step(batch: DenoisingBatch): Promise<DenoisingStep>;
  release(): Promise<void>;
}

/** What a training of a token's weights is opened for. */
export interface TokenTrainingOptions extends Omit<TokenTextOptions, 'tokens' | 'layers' | 'others'> {
  /** At how many positions of a batch other tokens' weights are read, at most; at none where absent. */
  readonly others?: number;
  /** The heads of each layer, in the order of all, where layers read embeddings of their own; see layered-text.ts. */
  readonly layers?: TokenTextOptions['layers'];
  /** The latents of one picture; those of the model's own size where absent. */
  readonly latents?: TrainingShape['latents'];
  /** Whether batches say what each element counts in the loss. */
  readonly weighted?: boolean;
}

/** What such a training is made of. */
export interface TokenTrained extends Omit<StepParts, 'trunk' | 'precision'> {
  readonly runtime: Runtime;
  /** Of the model's own size. */
  readonly latents: TrainingShape['latents'];
  readonly tokens: number;
  /** Gives back memory that is held for drawing in several sizes. */
  readonly spare?: Session['spare'];
  /** Text states of embeddings, [texts, tokens, in]; asked for where a batch has other tokens with weights. */
  states(embeddings: Tensor): Promise<Tensor>;
}

/**
 * Opens it. Raises 'unsupported-operator' where an operator cannot be trained through, 'invalid-model' where all of a batch have to be
 * at one timestep, 'engine-down' where a step does not fit the memory or its gradients stay infinite.
 */
export async function openTokenDenoising(
  model: TokenTrained,
  given: TokenTrainingOptions,
): Promise<TokenDenoising> {
  const { runtime, cut, tokens, spare } = model;
  const { latents = model.latents, weighted = false, layers = [cut.heads], others = 0 } = given;
  const options = { ...given, tokens, layers, others };
  const { batch, positions, own } = options;
  const shape = { batch, tokens, latents, weighted, selected: positions };
  const trunk = await planWithRoom(cut, shape, runtime, spare);
  const { graph, folder, outputs } = tokenStep({ ...model, trunk, precision: runtime.precision }, options);
  const session = await runtime.open(graph, { externalDataFolder: folder });
  const scaled = createScaledRun(runtime, outputs.sum);

  return {
    async step({ embeddings, positions: reading = [], ...noisy }) {
      const feeds = {
        ...named(inTrunk, denoisingFeeds(cut.trunk, noisy)),
        ...named(inText, {
          [embeddingsInput]: embeddings,
          [positionsInput]: selectionOf(
            reading.filter(({ weights }) => weights === own),
            options,
          ),
          ...ownFeeds(options),
          ...(await otherFeeds(model, embeddings, reading, options)),
        }),
      };
      const results = await scaled((scale) => session.run({ ...feeds, ...named(inTrunk, scale) }));
      const gradients = outputs.own.map((name) => results[name ?? '']?.data as Float32Array | undefined);
      return {
        loss: results[outputs.loss]?.data[0] as number,
        prediction: results[outputs.prediction] as Tensor,
        gradients: {
          embeddings: results[outputs.embeddings] as Tensor,
          weights: new Map(layers.flatMap((heads, layer) => ownGradients(heads, gradients[layer], options))),
        },
      };
    },
    release: () => session.release(),
  };
}

type Tensors = Readonly<Record<string, Tensor>>;

function named(naming: (name: string) => string, tensors: Tensors): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [naming(name), tensor]));
}

/** The token's values as they are now, by layer. */
function ownFeeds({ layers, own }: Pick<TokenTextOptions, 'layers' | 'own'>): Tensors {
  const feeds = layers.map((heads, layer) => {
    const values = joinArrays(heads.map(({ name }) => own.heads.get(name)?.values ?? new Float32Array()));
    return [valuesInput(layer), float32([values.length], values)] as const;
  });
  return Object.fromEntries(feeds.filter(([, { data }]) => data.length > 0));
}

/** What other tokens' weights change where they are read. Throws where that is at more positions than was said. */
async function otherFeeds(
  { states }: Pick<TokenTrained, 'states'>,
  embeddings: Tensor,
  reading: readonly TokenPosition[],
  { layers, weights, own, others, batch, tokens }: TokenTextOptions,
): Promise<Tensors> {
  const positions = reading.filter((one) => one.weights !== own);
  const selection = selectionOf(positions, { positions: others, batch, tokens });
  if (others === 0) return {};
  const all = await states(embeddings);
  const rows = layers.map((heads, layer) => {
    const read = ofLayer(all, layer, layers.length);
    return [otherRowsInput(layer), changedRows(read, heads, weights, { positions, rows: others })] as const;
  });
  return { [otherPositionsInput]: selection, ...Object.fromEntries(rows) };
}

/** A layer's gradient by head, in the order of what the token has of each. */
function ownGradients(
  heads: readonly Head[],
  gradient: Float32Array = new Float32Array(),
  { own }: Pick<TokenTextOptions, 'own'>,
): readonly (readonly [string, Float32Array])[] {
  let from = 0;
  return heads.map(({ name }) => {
    const count = own.heads.get(name)?.indices.length ?? 0;
    const part = gradient.subarray(from, from + count);
    from += count;
    return [name, part] as const;
  });
}
