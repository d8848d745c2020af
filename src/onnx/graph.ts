import type { ElementType, Tensor } from './tensor.ts';

/** A dimension: a fixed size, or the name of a symbolic one. */
export type Dimension = number | string;

/** A declared input or output: what feeds must fit, or what comes back. */
export interface ValueInfo {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly Dimension[];
}

export type Attribute =
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'tensor'; readonly value: Tensor }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'strings'; readonly value: readonly string[] };

export type Attributes = Readonly<Record<string, Attribute>>;

/** One operator call. An omitted optional input is the empty string. The standard domain is the empty string. */
export interface Node {
  readonly op: string;
  readonly domain: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

/** Bytes of a weight in a file beside the model. `offset` and `length` are in bytes. */
export interface ExternalData {
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

/** A weight: its elements at hand, or a reference into an external file that is never read here. */
export type Initializer =
  | { readonly name: string; readonly tensor: Tensor }
  | {
      readonly name: string;
      readonly external: ExternalData;
      readonly type: ElementType;
      readonly dims: readonly number[];
    };

/** An ONNX graph as data. Nodes are in topological order. */
export interface Graph {
  readonly name: string;
  readonly opset: number;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly nodes: readonly Node[];
  readonly initializers: ReadonlyMap<string, Initializer>;
}

/** Element type and fixed shape of a value. */
export interface Shaped {
  readonly type: ElementType;
  readonly dims: readonly number[];
}

/** A graph whose every value has a known shape. Shape computations are folded into initializers. */
export interface ShapedGraph {
  readonly graph: Graph;
  readonly values: ReadonlyMap<string, Shaped>;
}

/** Type and shape of a weight, wherever its elements are; nothing is read. */
export function shapeOfInitializer(initializer: Initializer): Shaped {
  if ('tensor' in initializer) return { type: initializer.tensor.type, dims: initializer.tensor.dims };
  return { type: initializer.type, dims: initializer.dims };
}

/** The attribute as an integer; `fallback` also where it is there in another kind. */
export function intAttribute(node: Node, name: string, fallback: number): number {
  const attribute = node.attributes[name];
  return attribute?.kind === 'int' ? attribute.value : fallback;
}

/** The attribute as a float; `fallback` also where it is there in another kind. */
export function floatAttribute(node: Node, name: string, fallback: number): number {
  const attribute = node.attributes[name];
  return attribute?.kind === 'float' ? attribute.value : fallback;
}

/** The attribute as a list of integers; undefined also where it is there in another kind. */
export function intsAttribute(node: Node, name: string): readonly number[] | undefined {
  const attribute = node.attributes[name];
  return attribute?.kind === 'ints' ? attribute.value : undefined;
}

/** The attribute as a text; `fallback` also where it is there in another kind. */
export function stringAttribute(node: Node, name: string, fallback: string): string {
  const attribute = node.attributes[name];
  return attribute?.kind === 'string' ? attribute.value : fallback;
}
