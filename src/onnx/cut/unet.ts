import { raise } from '../../result.ts';
import { createGraphBuilder, type GraphBuilder } from '../builder.ts';
import { floatAttribute, type Graph, type Node, type ValueInfo } from '../graph.ts';
import { linksOf } from '../links.ts';
import { sorted } from '../order.ts';
import { prune } from '../prune.ts';
import { headNames } from './head-names.ts';
import { type Projection, projectionsOf } from './projections.ts';
import { keepShapeOnly } from './shape-only.ts';
import type { WeightMatrix } from './weight.ts';

/** One cross-attention matrix, cut out of the U-Net: keys or values = text states · weight. */
export interface Head {
  /** The diffusers module's path, such as `down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k`. */
  readonly name: string;
  readonly kind: 'key' | 'value';
  /** The trunk's input for the product, [batch, tokens, outFeatures]. A bias stays in the trunk. */
  readonly trunkInput: string;
  readonly inFeatures: number;
  readonly outFeatures: number;
  readonly weight: { readonly initializer: string; readonly layout: WeightMatrix['layout'] };
}

/** A U-Net without its text side's products: the frozen trunk, and what has to be fed to it. */
export interface CutUnet {
  /** The U-Net with one input a head instead of the text states. */
  readonly trunk: Graph;
  /** In graph order. */
  readonly heads: readonly Head[];
}

/**
 * Cuts a U-Net at the keys and values of its cross-attention, found by structure and not by name.
 * Raises `invalid-model` where the graph has no text states or no cross-attention, `unsupported-operator` where the text
 * states are used for anything else.
 */
export function cutUnet(graph: Graph): CutUnet {
  const states = textStatesOf(graph);
  const links = linksOf(graph);
  const projections = projectionsOf(graph, links, states.name);
  const names = headNames(graph, links, projections);
  const builder = createGraphBuilder({ name: graph.name, opset: graph.opset, from: graph });
  const heads = projections.map((projection, index) => takeOut(projection, names[index] as string));
  const products = new Set(projections.map(({ product }) => product));
  const whole = builder.build();
  const trunk = prune(sorted({ ...whole, nodes: whole.nodes.filter((node) => !products.has(node)) }));
  const first = heads[0] as Head;
  return { trunk: keepShapeOnly(trunk, states, first.trunkInput, [first.inFeatures]), heads };

  function takeOut({ product, matrix, role }: Projection, name: string): Head {
    const { initializer, layout, inFeatures, outFeatures } = matrix;
    const [output = ''] = product.outputs;
    const trunkInput = product.op === 'Gemm' ? builder.fresh(name) : output;
    builder.input(trunkInput, 'float32', [...states.dims.slice(0, 2), outFeatures]);
    if (product.op === 'Gemm') emitRestOfGemm(builder, product, trunkInput, outFeatures);
    return { name, kind: role.kind, trunkInput, inFeatures, outFeatures, weight: { initializer, layout } };
  }
}

/** Gemm's result is a matrix [batch · tokens, outFeatures], and its bias, times `beta`, stays in the trunk. */
function emitRestOfGemm(builder: GraphBuilder, gemm: Node, product: string, outFeatures: number): void {
  const [, , bias] = gemm.inputs;
  const [output] = gemm.outputs;
  const rows = [product, builder.ints([-1, outFeatures])];
  const beta = floatAttribute(gemm, 'beta', 1);
  const scaled = (value: string) => (beta === 1 ? value : builder.op('Mul', [value, builder.scalar(beta)]));
  if (!bias) builder.op('Reshape', rows, {}, output);
  else builder.op('Add', [builder.op('Reshape', rows), scaled(bias)], {}, output);
}

function textStatesOf(graph: Graph): ValueInfo {
  const named = graph.inputs.find((input) => input.name === 'encoder_hidden_states');
  const candidates = named
    ? [named]
    : graph.inputs.filter((input) => input.dims.length === 3 && isFloat(input));
  const [states] = candidates;
  if (states === undefined || candidates.length > 1 || states.dims.length !== 3) {
    return raise('invalid-model', 'This U-Net has no input "encoder_hidden_states" of three dimensions.');
  }
  if (states.type !== 'float32') {
    return raise('invalid-model', `This U-Net works in ${states.type}. Export it in float32.`);
  }
  return states;
}

function isFloat(input: ValueInfo): boolean {
  return input.type.includes('float');
}
