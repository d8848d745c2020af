import { describe, expect, it } from 'vitest';
import { createGraphBuilder, type GraphBuilder, int } from '../../../src/onnx/builder.ts';
import { cutTextEncoder } from '../../../src/onnx/cut/text-encoder.ts';
import type { Graph } from '../../../src/onnx/graph.ts';
import { readInitializer } from '../../../src/onnx/model-file.ts';
import { decodeModel } from '../../../src/onnx/proto.ts';
import { float32, type Tensor } from '../../../src/onnx/tensor.ts';
import { decodeSafetensors } from '../../../src/safetensors.ts';
import { fixture } from '../files.ts';
import { relativeError, runGraph } from './recombine.ts';

describe('the text encoder of a whole pipeline', () => {
  const graph = decodeModel(fixture('tiny-sd/text_encoder/model.onnx'));
  const { tensors } = decodeSafetensors(fixture('tiny-sd/reference.safetensors'));
  const cut = cutTextEncoder(graph);

  it('keeps nothing of the vocabulary, the ids and the pooled output', () => {
    expect(cut.table).toMatchObject({ vocabularySize: 49408, width: 32 });
    expect(cut.body.initializers.has(cut.table.initializer)).toBe(false);
    expect(cut.body.inputs).toEqual([
      { name: 'token_embeddings', type: 'float32', dims: ['batch_size', 'sequence_length', 32] },
    ]);
    expect(cut.body.outputs.map((output) => output.name)).toEqual(['last_hidden_state']);
    expect(cut.statesOutput).toBe('last_hidden_state');
  });

  it('gives the states that PyTorch gives, for a token that is not in the vocabulary too', async () => {
    const ids = tensors.get('input_ids')?.data as Int32Array;
    const table = (await readInitializer({ graph, folder: '' }, cut.table.initializer)).data as Float32Array;
    const taught = tensors.get('new1_embedding_init')?.data as Float32Array;
    const rows = [...ids].flatMap((id) => [...(id < 49408 ? table.subarray(id * 32, id * 32 + 32) : taught)]);
    const states = await runGraph(cut.body, { token_embeddings: float32([2, 77, 32], rows) });
    expect(relativeError(states, tensors.get('hidden') as Tensor)).toBeLessThan(1e-5);
  });
});

/** Two tables, both looked up by id; `rest` makes the states from the sum of token and position embeddings. */
function encoder(rest: (builder: GraphBuilder, sum: string, ids: string) => string): Graph {
  const builder = createGraphBuilder({ name: 'encoder', opset: 17 });
  const ids = builder.input('input_ids', 'int64', ['b', 's']);
  const numbers = (count: number) => Float32Array.from({ length: count }, (_, at) => Math.sin(at));
  builder.initializer({ name: 'types', tensor: float32([2, 3], numbers(6)) });
  builder.initializer({ name: 'vocabulary', tensor: float32([9, 3], numbers(27)) });
  const positions = builder.op('Gather', ['types', builder.op('Identity', [ids])]);
  const tokens = builder.op('Gather', ['vocabulary', builder.op('Cast', [ids], { to: int(6) })]);
  builder.output(rest(builder, builder.op('Add', [tokens, positions]), ids), 'float32', ['b', 's', 3]);
  return builder.build();
}

describe('cutTextEncoder', () => {
  it('refuses states that need the ids themselves, naming the node', () => {
    expect(() => cutTextEncoder(encoder((_, sum) => sum))).toThrow(
      /"input_ids" is also read by the node "identity"/,
    );
  });

  it('refuses a graph without token ids or without a table', () => {
    expect(() => cutTextEncoder(decodeModel(fixture('tiny-sd/vae_decoder/model.onnx')))).toThrow(
      /no input "input_ids"/,
    );
    const builder = createGraphBuilder({ name: 'plain', opset: 17 });
    builder.input('input_ids', 'int64', ['b', 's']);
    builder.output(builder.op('Cast', ['input_ids'], { to: int(1) }, 'y'), 'float32', ['b', 's']);
    expect(() => cutTextEncoder(builder.build())).toThrow(/looks "input_ids" up/);
  });
});
