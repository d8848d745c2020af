import type { Node } from '../onnx/graph.ts';
import type { Tensor } from '../onnx/tensor.ts';
import type { Emitter } from './emit.ts';

/** What a rule sees of the node that it differentiates. Values are named; nothing is computed here. */
export interface RuleContext {
  readonly node: Node;
  /** Writes the nodes of the gradient graph. */
  readonly emit: Emitter;
  /** Names of the node's inputs, `''` where one is omitted. */
  readonly inputs: readonly string[];
  /** Names of the node's outputs. */
  readonly outputs: readonly string[];
  /** Cotangent of the first output: dLoss/dOutput, in the output's shape. Refuses the node where the loss depends on further outputs. */
  readonly cotangent: string;
  /** Cotangent of output `index`; zeros where the loss does not depend on it. */
  cotangentOf(index: number): string;
  /** The only node that reads a value, and the cotangent of that node's one output; undefined where others read the value too. */
  soleReader(value: string): { readonly node: Node; readonly cotangent: string } | undefined;
  shape(value: string): readonly number[];
  /** Elements of a value known when the graph is emitted, or undefined. */
  constant(value: string): Tensor | undefined;
  /** Whether a value is a weight in an external file, too large to be copied. */
  isExternal(value: string): boolean;
  /** Integers of a constant input; refuses the node where they are not known. */
  integers(input: number): readonly number[];
  /** Refuses this node: the whole differentiation fails, naming the operator, the node and the reason. */
  refuse(reason: string): never;
}

/** Emits the cotangent of one input and returns its name. Called only where that input is on the way to a wanted value. */
export type Cotangent = () => string;

/** One entry an input; null where no gradient is known, as for an index: the walk refuses a node that needs it. */
export type Cotangents = readonly (Cotangent | null)[];

/**
 * The vector–Jacobian product of an operator, declared by what kind of function it is:
 * - `elementwise`: cotangents come in the output's shape; the walk sums them back over what was broadcast;
 * - `linear`: the rule is the operator's transpose; it never looks at the primal input's elements;
 * - `bilinear`: linear in each of two inputs, given the other;
 * - `nonlinear`: anything else, such as a normalisation;
 * - `none`: the output does not depend smoothly on any input (comparisons, indices, shapes).
 */
export type Rule = SmoothRule | { readonly kind: 'none' };

/** A rule of an operator that gradients pass through. */
export interface SmoothRule {
  readonly kind: 'elementwise' | 'linear' | 'bilinear' | 'nonlinear';
  readonly vjp: (context: RuleContext) => Cotangents;
}

/** Rules by operator of the standard domain; one that is missing cannot be differentiated. */
export type RuleTable = Readonly<Record<string, Rule>>;

type Vjp = (context: RuleContext) => Cotangents;

export const elementwise = (vjp: Vjp): Rule => ({ kind: 'elementwise', vjp });
export const linear = (vjp: Vjp): Rule => ({ kind: 'linear', vjp });
export const bilinear = (vjp: Vjp): Rule => ({ kind: 'bilinear', vjp });
export const nonlinear = (vjp: Vjp): Rule => ({ kind: 'nonlinear', vjp });
export const none: Rule = { kind: 'none' };

/** Defers nodes that several cotangents of one rule share, and emits them once. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
