import { elementCodes } from './element-codes.ts';
import type { Attribute, Dimension, ExternalData, Graph, Initializer, Node, ValueInfo } from './graph.ts';
import { bytesOf, type Tensor } from './tensor.ts';
import {
  type Chunks,
  concatenate,
  floatField,
  integerField,
  lengthOf,
  messageField,
  packedIntegersField,
  textField,
} from './wire.ts';

const irVersion = 9n;
/** Protobuf's limit for one message. */
const largestModel = 2 ** 31 - 1;

/**
 * The bytes of an ONNX file. Throws where they would exceed 2 GiB: such weights belong into an external file.
 * Producer fields and documentation are left out; equal graphs give equal bytes. Domains other than the standard one are of version 1.
 */
export function encodeModel(graph: Graph): Uint8Array {
  const further = new Set(graph.nodes.map(({ domain }) => domain).filter(Boolean));
  const model = [
    ...integerField(1, irVersion),
    ...messageField(7, encodeGraph(graph)),
    ...messageField(8, [...textField(1, ''), ...integerField(2, BigInt(graph.opset))]),
    ...[...further].flatMap((domain) => messageField(8, [...textField(1, domain), ...integerField(2, 1n)])),
  ];
  if (lengthOf(model) > largestModel) {
    throw new RangeError(`A model of ${lengthOf(model)} bytes does not fit into one ONNX file`);
  }
  return concatenate(model);
}

function encodeGraph(graph: Graph): Chunks {
  return [
    ...graph.nodes.flatMap((node) => messageField(1, encodeNode(node))),
    ...textField(2, graph.name),
    ...[...graph.initializers.values()].flatMap((initializer) =>
      messageField(5, encodeInitializer(initializer)),
    ),
    ...graph.inputs.flatMap((input) => messageField(11, encodeValueInfo(input))),
    ...graph.outputs.flatMap((output) => messageField(12, encodeValueInfo(output))),
  ];
}

function encodeNode(node: Node): Chunks {
  return [
    ...node.inputs.flatMap((input) => textField(1, input)),
    ...node.outputs.flatMap((output) => textField(2, output)),
    ...textField(3, node.name),
    ...textField(4, node.op),
    ...Object.entries(node.attributes).flatMap(([name, attribute]) =>
      messageField(5, [...textField(1, name), ...encodeAttribute(attribute)]),
    ),
    ...(node.domain === '' ? [] : textField(7, node.domain)),
  ];
}

function encodeAttribute(attribute: Attribute): Chunks {
  const type = (code: bigint): Chunks => integerField(20, code);
  switch (attribute.kind) {
    case 'float':
      return [...floatField(2, attribute.value), ...type(1n)];
    case 'int':
      return [...integerField(3, int64Of(attribute.value)), ...type(2n)];
    case 'string':
      return [...textField(4, attribute.value), ...type(3n)];
    case 'tensor':
      return [...messageField(5, encodeTensor('', attribute.value)), ...type(4n)];
    case 'floats':
      return [...attribute.value.flatMap((value) => floatField(7, value)), ...type(6n)];
    case 'ints':
      return [...attribute.value.flatMap((value) => integerField(8, int64Of(value))), ...type(7n)];
    case 'strings':
      return [...attribute.value.flatMap((value) => textField(9, value)), ...type(8n)];
  }
}

/** Rounding makes a number of the largest 64-bit integer that is one too large for it. */
function int64Of(value: number): bigint {
  return value >= 2 ** 63 ? 2n ** 63n - 1n : BigInt(value);
}

function encodeInitializer(initializer: Initializer): Chunks {
  if ('tensor' in initializer) return encodeTensor(initializer.name, initializer.tensor);
  return [
    ...packedIntegersField(1, initializer.dims.map(BigInt)),
    ...integerField(2, BigInt(elementCodes[initializer.type])),
    ...textField(8, initializer.name),
    ...encodeExternalData(initializer.external),
  ];
}

function encodeTensor(name: string, tensor: Tensor): Chunks {
  return [
    ...packedIntegersField(1, tensor.dims.map(BigInt)),
    ...integerField(2, BigInt(elementCodes[tensor.type])),
    ...textField(8, name),
    ...messageField(9, [bytesOf(tensor)]),
  ];
}

function encodeExternalData(external: ExternalData): Chunks {
  const entry = (key: string, value: string | number): Chunks =>
    messageField(13, [...textField(1, key), ...textField(2, String(value))]);
  return [
    ...entry('location', external.location),
    ...entry('offset', external.offset),
    ...entry('length', external.length),
    ...integerField(14, 1n),
  ];
}

function encodeValueInfo(value: ValueInfo): Chunks {
  const shape = value.dims.flatMap((dim) => messageField(1, encodeDimension(dim)));
  const tensorType = [...integerField(1, BigInt(elementCodes[value.type])), ...messageField(2, shape)];
  return [...textField(1, value.name), ...messageField(2, messageField(1, tensorType))];
}

function encodeDimension(dim: Dimension): Chunks {
  return typeof dim === 'number' ? integerField(1, BigInt(dim)) : textField(2, dim);
}
