import { raise } from '../result.ts';
import { decodeInitializer, decodeTensor } from './decode-tensor.ts';
import { elementTypeOf } from './element-codes.ts';
import type { Attribute, Dimension, Graph, Initializer, Node, ValueInfo } from './graph.ts';
import { inTopologicalOrder } from './order.ts';
import type { Tensor } from './tensor.ts';
import {
  appendFloats,
  appendIntegers,
  type Field,
  fieldsOf,
  floatOf,
  integerOf,
  messageOf,
  textOf,
} from './wire.ts';

const oldestOpset = 11;
const newestOpset = 23;

/**
 * The graph of an ONNX file. Weights are views on `bytes` where their alignment allows.
 * Raises `invalid-model` for damage and for graphs that contradict themselves, `unsupported-operator` for subgraphs and
 * operators outside the standard domain.
 */
export function decodeModel(bytes: Uint8Array): Graph {
  let graph: Uint8Array | undefined;
  let opset = 0;
  for (const field of fieldsOf(bytes)) {
    if (field.number === 7) graph = messageOf(field);
    else if (field.number === 8) opset = standardOpset(messageOf(field)) ?? opset;
  }
  if (graph === undefined) return raise('invalid-model', 'This file is not an ONNX model: it has no graph.');
  if (opset < oldestOpset || opset > newestOpset) {
    return raise(
      'invalid-model',
      `The model uses operator set ${opset}. Export it with one from ${oldestOpset} to ${newestOpset}.`,
    );
  }
  return decodeGraph(graph, opset);
}

function standardOpset(bytes: Uint8Array): number | undefined {
  let domain = '';
  let version = 0;
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) domain = textOf(field);
    else if (field.number === 2) version = integerOf(field);
  }
  return domain === '' || domain === 'ai.onnx' ? version : undefined;
}

function decodeGraph(bytes: Uint8Array, opset: number): Graph {
  let name = '';
  const nodes: Node[] = [];
  const declared: Uint8Array[] = [];
  const outputs: ValueInfo[] = [];
  const initializers = new Map<string, Initializer>();
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) nodes.push(decodeNode(messageOf(field), opset));
    else if (field.number === 2) name = textOf(field);
    else if (field.number === 5) addOnce(initializers, decodeInitializer(messageOf(field)));
    else if (field.number === 11) declared.push(messageOf(field));
    else if (field.number === 12) outputs.push(decodeValueInfo(messageOf(field)));
    else if (field.number === 15)
      raise('invalid-model', 'The model has sparse weights. Export it with dense ones.');
  }
  const inputs = declared.map(decodeValueInfo).filter((input) => !initializers.has(input.name));
  const given = [...inputs.map((input) => input.name), ...initializers.keys()];
  if (new Set(given).size !== given.length)
    raise('invalid-model', 'Two inputs of the model have the same name.');
  const ordered = inTopologicalOrder(nodes, given);
  const known = new Set([...given, ...ordered.flatMap((node) => node.outputs)]);
  for (const output of outputs) {
    if (!known.has(output.name))
      raise('invalid-model', `Nothing in the model computes its output "${output.name}".`);
  }
  return { name, opset, inputs, outputs, nodes: ordered, initializers };
}

function addOnce(initializers: Map<string, Initializer>, initializer: Initializer): void {
  const { name } = initializer;
  if (name === '' || initializers.has(name))
    raise('invalid-model', `The model has two weights named "${name}", or none.`);
  initializers.set(name, initializer);
}

function decodeNode(bytes: Uint8Array, opset: number): Node {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: Uint8Array[] = [];
  let name = '';
  let op = '';
  let domain = '';
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) inputs.push(textOf(field));
    else if (field.number === 2) outputs.push(textOf(field));
    else if (field.number === 3) name = textOf(field);
    else if (field.number === 4) op = textOf(field);
    else if (field.number === 5) attributes.push(messageOf(field));
    else if (field.number === 7) domain = textOf(field);
  }
  const where = `the node "${name || outputs[0]}" (${op})`;
  if (domain !== '' && domain !== 'ai.onnx') {
    raise(
      'unsupported-operator',
      `The model cannot be used: ${where} is of the domain "${domain}". Export it with standard operators only.`,
    );
  }
  const entries = attributes.map((attribute) => decodeAttribute(attribute, where));
  // PyTorch's exporter leaves this attribute of operator set 18, which says nothing new, on nodes that it takes to 17.
  const known = op === 'Split' && opset < 18 ? entries.filter(([key]) => key !== 'num_outputs') : entries;
  return { op, domain: '', name, inputs, outputs, attributes: Object.fromEntries(known) };
}

/** What an AttributeProto says; its `type` alone decides which of the values counts. */
interface AttributeFields {
  name: string;
  type: number;
  float: number;
  int: number;
  string: string;
  tensor: Tensor | undefined;
  floats: number[];
  ints: bigint[];
  strings: string[];
}

function decodeAttribute(bytes: Uint8Array, where: string): [string, Attribute] {
  const fields: AttributeFields = {
    name: '',
    type: 0,
    float: 0,
    int: 0,
    string: '',
    tensor: undefined,
    floats: [],
    ints: [],
    strings: [],
  };
  for (const field of fieldsOf(bytes)) readAttributeField(field, fields);
  return [fields.name, attributeOf(fields, where)];
}

function readAttributeField(field: Field, into: AttributeFields): void {
  if (field.number === 1) into.name = textOf(field);
  else if (field.number === 2) into.float = floatOf(field);
  else if (field.number === 3) into.int = integerOf(field);
  else if (field.number === 4) into.string = textOf(field);
  else if (field.number === 5) into.tensor = decodeTensor(messageOf(field));
  else if (field.number === 7) appendFloats(field, 4, into.floats);
  else if (field.number === 8) appendIntegers(field, into.ints);
  else if (field.number === 9) into.strings.push(textOf(field));
  else if (field.number === 20) into.type = integerOf(field);
}

function attributeOf(fields: AttributeFields, where: string): Attribute {
  if (fields.type === 1) return { kind: 'float', value: fields.float };
  if (fields.type === 2) return { kind: 'int', value: fields.int };
  if (fields.type === 3) return { kind: 'string', value: fields.string };
  if (fields.type === 4 && fields.tensor) return { kind: 'tensor', value: fields.tensor };
  if (fields.type === 6) return { kind: 'floats', value: fields.floats };
  if (fields.type === 7) return { kind: 'ints', value: fields.ints.map(Number) };
  if (fields.type === 8) return { kind: 'strings', value: fields.strings };
  const reason =
    fields.type === 5 || fields.type === 10 ? 'is a subgraph' : `has the unknown type ${fields.type}`;
  return raise(
    'unsupported-operator',
    `The model cannot be used: attribute "${fields.name}" of ${where} ${reason}.`,
  );
}

function decodeValueInfo(bytes: Uint8Array): ValueInfo {
  let name = '';
  let tensorType: Uint8Array | undefined;
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) name = textOf(field);
    else if (field.number === 2) tensorType = lastMessage(messageOf(field), 1);
  }
  let code = 0;
  let shape: Uint8Array | undefined;
  for (const field of fieldsOf(tensorType ?? new Uint8Array())) {
    if (field.number === 1) code = integerOf(field);
    else if (field.number === 2) shape = messageOf(field);
  }
  const type = elementTypeOf(code);
  if (type === undefined || shape === undefined || name === '') {
    return raise(
      'invalid-model',
      `The model does not say the element type and shape of its input or output "${name}".`,
    );
  }
  const dims = [...fieldsOf(shape)]
    .filter((field) => field.number === 1)
    .map((field, axis) => decodeDimension(messageOf(field), name, axis));
  return { name, type, dims };
}

function lastMessage(bytes: Uint8Array, number: number): Uint8Array | undefined {
  const field = [...fieldsOf(bytes)].findLast((candidate) => candidate.number === number);
  return field && messageOf(field);
}

function decodeDimension(bytes: Uint8Array, name: string, axis: number): Dimension {
  let dimension: Dimension = '';
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) dimension = integerOf(field);
    else if (field.number === 2) dimension = textOf(field);
  }
  if (typeof dimension === 'number' && !(Number.isSafeInteger(dimension) && dimension >= 0)) {
    raise('invalid-model', `Dimension ${axis} of the model's input or output "${name}" is ${dimension}.`);
  }
  return dimension === '' ? `${name}_${axis}` : dimension;
}
