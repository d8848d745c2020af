import { join, relative, sep } from 'node:path';
import { connected, seenFrom } from '../../onnx/connect.ts';
import type { CutTextEncoder } from '../../onnx/cut/text-encoder.ts';
import type { CutUnet } from '../../onnx/cut/unet.ts';
import { withAttention } from '../../onnx/fuse/attention.ts';
import type { Graph } from '../../onnx/graph.ts';
import { inHalfPrecision } from '../../onnx/half-precision.ts';
import { raisedTo } from '../../onnx/raise-opset.ts';
import { specialize } from '../../onnx/shape/specialize.ts';
import type { Precision } from '../../runtime/runtime.ts';
import {
  cotangentsInput,
  positionsInput,
  type TokenText,
  type TokenTextOptions,
  tokenText,
} from './token-text.ts';
import { narrowInputs, selectedInput, selectionInput, type TrunkGradient } from './trunk-gradient.ts';

/** A whole training step as one graph. */
export interface TokenStep {
  readonly graph: Graph;
  /** Folder that the graph's external weights are found from. */
  readonly folder: string;
  readonly outputs: {
    readonly loss: string;
    readonly prediction: string;
    /** See {@link TrunkGradient}. */
    readonly sum?: string;
    readonly embeddings: string;
    /** By layer; undefined where the token has no weights. */
    readonly own: readonly (string | undefined)[];
  };
}

/** What a step is made of. */
export interface StepParts {
  readonly encoder: CutTextEncoder;
  readonly cut: CutUnet;
  /** Folders of external weights. */
  readonly folders: { readonly text: string; readonly unet: string };
  /** The trunk's gradient at the positions that `options` has. */
  readonly trunk: TrunkGradient;
  readonly precision: Precision;
}

/** Names of the text side's values in the whole step. */
export const inText = (name: string) => `text/${name}`;
/** Names of the trunk's values in the whole step. */
export const inTrunk = (name: string) => `trunk/${name}`;

/**
 * Text encoder, keys and values, trunk, loss, and the way back through all of them to the embeddings and what the token has: between them
 * nothing leaves the runtime. The trunk alone is in half precision, where that is asked for.
 * Raises 'unsupported-operator' where an operator of the text encoder cannot be trained through.
 */
export function tokenStep(
  { encoder, cut, folders, trunk, precision }: StepParts,
  options: TokenTextOptions,
): TokenStep {
  const text = tokenText(encoder, options);
  const folder = commonFolder(folders.text, folders.unet);
  const { reverse, loss, sum } = trunk;
  const opset = Math.max(text.graph.opset, reverse.graph.opset);
  const rows = reverse.gradients.get(selectedInput) as string;
  const prediction = cut.trunk.outputs[0]?.name ?? '';
  const { embeddings, own } = text.gradients;
  const outputs = {
    loss: inTrunk(loss),
    prediction: inTrunk(prediction),
    ...(sum !== undefined && { sum: inTrunk(sum) }),
    embeddings: inText(embeddings),
    own: own.map((name) => name && inText(name)),
  };
  const trunkGraph = inPrecision(reverse.graph, cut, precision);
  const graph = connected({
    name: `${cut.trunk.name} step at a token`,
    parts: {
      [inText('')]: raisedTo(opset, seenFrom(text.graph, folders.text, folder)),
      [inTrunk('')]: raisedTo(opset, seenFrom(trunkGraph, folders.unet, folder)),
    },
    links: new Map([
      ...linksOf(text),
      [inTrunk(selectionInput), inText(positionsInput)],
      [inText(cotangentsInput), inTrunk(rows)],
    ]),
    outputs: Object.values(outputs)
      .flat()
      .filter((name) => name !== undefined),
  });
  return { graph, folder, outputs };
}

function linksOf({ projected }: TokenText): readonly (readonly [string, string])[] {
  return Array.from(projected, ([trunkInput, value]) => [inTrunk(trunkInput), inText(value)] as const);
}

function inPrecision(graph: Graph, cut: CutUnet, precision: Precision): Graph {
  return precision === 'float32'
    ? graph
    : inHalfPrecision(withAttention(specialize(graph, {})), new Set(narrowInputs(cut)));
}

/** The innermost folder that both lie in. */
function commonFolder(one: string, other: string): string {
  const steps = relative(one, other)
    .split(sep)
    .filter((step) => step === '..');
  return join(one, ...steps);
}
