import { elementCodes } from '../element-codes.ts';
import { type Graph, intAttribute, intsAttribute, type Node, shapeOfInitializer } from '../graph.ts';
import type { Links } from '../links.ts';

/** A matrix as it lies in the file: rows of inputs (`in-out`, as MatMul wants) or of outputs (`out-in`, as in PyTorch). */
export interface WeightMatrix {
  readonly initializer: string;
  readonly layout: 'in-out' | 'out-in';
  readonly inFeatures: number;
  readonly outFeatures: number;
}

/** The float32 matrix behind a MatMul's or Gemm's second operand, if it is one, possibly transposed on the way. */
export function weightMatrix(graph: Graph, links: Links, product: Node): WeightMatrix | undefined {
  let value = product.inputs[1] ?? '';
  let transposed = product.op === 'Gemm' && intAttribute(product, 'transB', 0) === 1;
  for (let node = links.producer(value); node !== undefined; node = links.producer(value)) {
    if (node.op === 'Transpose' && swapsTwoAxes(node)) transposed = !transposed;
    else if (!isCopy(node)) return undefined;
    value = node.inputs[0] ?? '';
  }
  const dims = matrixDims(graph, value);
  if (dims === undefined) return undefined;
  const [rows, columns] = dims;
  return transposed
    ? { initializer: value, layout: 'out-in', inFeatures: columns, outFeatures: rows }
    : { initializer: value, layout: 'in-out', inFeatures: rows, outFeatures: columns };
}

/** Rows and columns of the float32 matrix of this name. */
export function matrixDims(graph: Graph, name: string): readonly [number, number] | undefined {
  const initializer = graph.initializers.get(name);
  if (initializer === undefined) return undefined;
  const { type, dims } = shapeOfInitializer(initializer);
  const [rows, columns] = dims;
  if (type !== 'float32' || dims.length !== 2 || rows === undefined || columns === undefined)
    return undefined;
  return [rows, columns];
}

/** Whether a node hands a float32 value on as it is. */
export function isCopy(node: Node): boolean {
  return (
    node.op === 'Identity' || (node.op === 'Cast' && intAttribute(node, 'to', 0) === elementCodes.float32)
  );
}

function swapsTwoAxes(node: Node): boolean {
  const perm = intsAttribute(node, 'perm');
  return perm === undefined || (perm.length === 2 && perm[0] === 1);
}
