import { describe, expect, it } from 'vitest';
import { createGraphBuilder } from '../../../src/onnx/builder.ts';
import type { Attribute, Attributes, Graph } from '../../../src/onnx/graph.ts';
import { specialize } from '../../../src/onnx/shape/specialize.ts';
import type { ElementType, Tensor } from '../../../src/onnx/tensor.ts';
import { allocate, elementCount } from '../../../src/onnx/tensor.ts';
import { createRuntime } from '../../../src/runtime/session.ts';

/** An input of a call; `fixed` ones decide a shape and are always weights. An omitted input is null. */
export type CaseInput = (Tensor & { readonly fixed?: boolean }) | null;

/** One call of an operator that the runtime is asked about. */
export interface Case {
  readonly op: string;
  readonly says?: string;
  readonly inputs: readonly CaseInput[];
  readonly attributes?: Readonly<Record<string, number | string | readonly number[] | Attribute>>;
  /** Element types of the outputs; as many as there are. */
  readonly types?: readonly ElementType[];
  readonly opset?: number;
  readonly domain?: string;
  /** Whether the call is folded when all of its inputs are constant. */
  readonly folds?: boolean;
}

const runtime = createRuntime({ threads: 1 });

/** A tensor of the given elements, or of reproducible ones in −2…2. */
export function tensor(type: ElementType, dims: readonly number[], values?: readonly number[]): Tensor {
  const big = type === 'int64' || type === 'uint64';
  const data = allocate(type, elementCount(dims)) as unknown as (number | bigint)[];
  for (let index = 0; index < data.length; index++) {
    const value = values ? (values[index] as number) : Math.sin(index * 12.9898 + dims.length) * 2;
    data[index] = big ? BigInt(Math.trunc(value)) : value;
  }
  return { type, dims, data: data as unknown as Float32Array };
}

export const f32 = (dims: readonly number[], values?: readonly number[]): Tensor =>
  tensor('float32', dims, values);
export const i64 = (dims: readonly number[], values?: readonly number[]): Tensor =>
  tensor('int64', dims, values);
export const i32 = (dims: readonly number[], values?: readonly number[]): Tensor =>
  tensor('int32', dims, values);
export const bool = (dims: readonly number[], values: readonly number[]): Tensor =>
  tensor('bool', dims, values);
/** An int64 vector that decides a shape. */
export const fixed = (...values: readonly number[]): CaseInput => ({
  ...i64([values.length], values),
  fixed: true,
});
/** A scalar that decides a shape. */
export const fixedScalar = (value: number, type: ElementType = 'int64'): CaseInput => ({
  ...tensor(type, [], [value]),
  fixed: true,
});

function attribute(value: number | string | readonly number[] | Attribute): Attribute {
  if (typeof value === 'number') return { kind: 'int', value };
  if (typeof value === 'string') return { kind: 'string', value };
  return 'kind' in value ? value : { kind: 'ints', value };
}

export const float = (value: number): Attribute => ({ kind: 'float', value });
export const floats = (...value: number[]): Attribute => ({ kind: 'floats', value });

/** The call as a graph of one node, its inputs given as graph inputs or as weights. */
export function graphOf(call: Case, asWeights: boolean): Graph {
  const builder = createGraphBuilder({ name: call.op, opset: call.opset ?? 17 });
  const inputs = call.inputs.map((input, index) => {
    if (input === null) return '';
    const name = `input${index}`;
    if (asWeights || input.fixed)
      return builder.initializer({ name, tensor: { type: input.type, dims: input.dims, data: input.data } });
    return builder.input(name, input.type, input.dims);
  });
  const types = call.types ?? [call.inputs[0]?.type ?? 'float32'];
  const outputs = types.map((type, index) => builder.output(`output${index}`, type, []));
  const attributes: Attributes = Object.fromEntries(
    Object.entries(call.attributes ?? {}).map(([name, value]) => [name, attribute(value)]),
  );
  builder.node({
    op: call.op,
    domain: call.domain ?? '',
    name: `the ${call.op}`,
    inputs,
    outputs,
    attributes,
  });
  return builder.build();
}

/** What the runtime makes of the call. Dimensions of the outputs are left open. */
async function answers(call: Case): Promise<Readonly<Record<string, Tensor>>> {
  const graph = graphOf(call, false);
  const ranks = specialize(graph, {}).graph.outputs;
  const outputs = ranks.map(({ name, type, dims }) => ({
    name,
    type,
    dims: dims.map((_, axis) => `${name}${axis}`),
  }));
  const session = await runtime.open({ ...graph, outputs });
  const feeds = Object.fromEntries(call.inputs.map((input, index) => [`input${index}`, input as Tensor]));
  return session.run(feeds);
}

/** Elements as numbers that can be compared: half floats in their order, integers exact while small. */
function elements({ data }: Tensor): number[] {
  return Array.from(data as ArrayLike<number | bigint>, Number);
}

function expectAlike(actual: Tensor, expected: Tensor): void {
  expect({ type: actual.type, dims: actual.dims }).toEqual({ type: expected.type, dims: expected.dims });
  const [got, wanted] = [elements(actual), elements(expected)];
  const exact = expected.type !== 'float32';
  const off = wanted.findIndex((value, index) => {
    const other = got[index] as number;
    return (
      !Object.is(value, other) &&
      !(Math.abs(value - other) <= (exact ? 0 : 3e-7 * Math.max(1, Math.abs(value))))
    );
  });
  expect(off === -1 ? 'alike' : `element ${off}: ${got[off]}, not ${wanted[off]}`).toBe('alike');
}

function shown(value: number | string | readonly number[] | Attribute): string {
  if (typeof value !== 'object' || !('kind' in value)) return `${value}`;
  return value.kind === 'tensor' ? `${value.value.type}[${value.value.dims}]` : `${value.value}`;
}

export function title({ op, says, inputs, attributes = {}, opset }: Case): string {
  const shapes = inputs.map((input) =>
    input === null ? '–' : input.fixed ? `{${elements(input)}}` : `${input.type}[${input.dims}]`,
  );
  const settings = Object.entries(attributes).map(([name, value]) => `${name}=${shown(value)}`);
  return [
    op,
    ...shapes,
    ...settings,
    ...(opset ? [`opset ${opset}`] : []),
    ...(says ? [`(${says})`] : []),
  ].join(' ');
}

/** Declares a test a call: its inferred types and shapes, and its folded elements, are the runtime's. */
export function compareWithRuntime(family: string, calls: readonly Case[]): void {
  describe(`${family}: types, shapes and folded elements are the runtime's`, () => {
    it.each(calls.map((call) => [title(call), call] as const))('%s', async (_, call) => {
      const expected = await answers(call);
      const { graph } = specialize(graphOf(call, false), {});
      for (const { name, type, dims } of graph.outputs) {
        expect({ name, type, dims }).toEqual({
          name,
          type: expected[name]?.type,
          dims: expected[name]?.dims,
        });
      }
      const folded = specialize(graphOf(call, true), {}).graph;
      expect(folded.nodes.length).toBe(call.folds === false ? 1 : 0);
      if (call.folds === false) return;
      for (const { name } of folded.outputs) {
        const initializer = folded.initializers.get(name);
        if (initializer === undefined || !('tensor' in initializer))
          throw new Error(`${name} was not folded`);
        expectAlike(initializer.tensor, expected[name] as Tensor);
      }
    });
  });
}
