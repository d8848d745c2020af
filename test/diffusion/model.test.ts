import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openModel } from '../../src/diffusion/model.ts';
import { createGraphBuilder } from '../../src/onnx/builder.ts';
import { cutUnet } from '../../src/onnx/cut/unet.ts';
import type { Graph, Node } from '../../src/onnx/graph.ts';
import { readModelFile, writeModelFile } from '../../src/onnx/model-file.ts';
import type { Runtime, Session } from '../../src/runtime/runtime.ts';
import { createRuntime } from '../../src/runtime/session.ts';
import { recordingRuntime, tinySd } from './support/tiny-sd.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keepsake-model-'));
  await cp(tinySd, folder, { recursive: true });
});
afterAll(() => rm(folder, { recursive: true }));

/** Puts a changed graph in place of one of the copy's. */
async function change(component: string, edit: (graph: Graph) => Graph): Promise<void> {
  const { graph } = await readModelFile(join(tinySd, component, 'model.onnx'));
  await writeModelFile(join(folder, component, 'model.onnx'), edit(graph));
}

async function restore(component: string): Promise<void> {
  await cp(join(tinySd, component), join(folder, component), { recursive: true });
}

/** The first node of one operator becomes one of another. */
const replaceFirst = (op: string, by: string) => (graph: Graph) => {
  const first = graph.nodes.find((node) => node.op === op) as Node;
  const nodes = graph.nodes.map((node) => (node === first ? { ...node, op: by, attributes: {} } : node));
  return { ...graph, nodes };
};

describe('a model that cannot be taught is refused before any session is opened, by operator, node and reason', () => {
  test.each([
    ['unet', 'Softmax', 'Hardmax'],
    ['text_encoder', 'Softmax', 'Hardmax'],
  ])('%s with %s replaced by %s', async (component, op, by) => {
    await change(component, replaceFirst(op, by));
    const { runtime, opened } = recordingRuntime();
    const node = await readModelFile(join(folder, component, 'model.onnx')).then(
      ({ graph }) => graph.nodes.find((node) => node.op === by)?.name,
    );
    await expect(openModel(runtime, folder)).rejects.toMatchObject({
      problem: { message: expect.stringMatching(new RegExp(`operator ${by} .*"${node}".*: .+\\.$`)) },
    });
    expect(opened).toEqual([]);
    await restore(component);
  });
});

describe('of the sessions of a model', () => {
  /** A runtime whose sessions compute nothing, and of which the nth does not open. */
  function failingAt(nth: number) {
    const open = new Set<Session>();
    let asked = 0;
    const runtime: Runtime = {
      ...createRuntime(),
      async open() {
        if (++asked === nth) throw new Error('no memory');
        const session: Session = {
          inputNames: [],
          outputNames: [],
          run: () => Promise.reject(new Error('computes nothing')),
          release: async () => void open.delete(session),
        };
        open.add(session);
        return session;
      },
    };
    return { runtime, open };
  }

  test.each([1, 2, 3, 4])('none stays open where number %i does not open', async (nth) => {
    const { runtime, open } = failingAt(nth);
    await expect(openModel(runtime, tinySd)).rejects.toThrow(/cannot open .*no memory/);
    expect(open.size).toBe(0);
  });

  test('there are four: text side, trunk, decoder and encoder, which are closed with the model', async () => {
    const { runtime, open } = failingAt(5);
    const model = await openModel(runtime, tinySd);
    expect(open.size).toBe(4);
    await model.release();
    expect(open.size).toBe(0);
  });
});

test('a model that takes one timestep for a whole batch is refused, as it cannot be taught', async () => {
  await change('unet', (graph) => ({
    ...graph,
    inputs: graph.inputs.map((input) => (input.name === 'timestep' ? { ...input, dims: [1] } : input)),
  }));
  await expect(openModel(createRuntime(), folder)).rejects.toThrow(/one timestep for all pictures/);
  await restore('unet');
});

test('a U-Net that takes even sides alone in some place draws sizes that can be halved, and no other', async () => {
  await change('unet', (graph) => {
    const [output] = graph.outputs;
    const builder = createGraphBuilder({
      name: graph.name,
      opset: graph.opset,
      from: { ...graph, outputs: [] },
    });
    const shape = builder.op('Shape', [output?.name ?? '']);
    const even = builder.op('Mul', [
      builder.op('Div', [shape, builder.ints([1, 1, 2, 2])]),
      builder.ints([1, 1, 2, 2]),
    ]);
    builder.output(builder.op('Reshape', [output?.name ?? '', even]), 'float32', output?.dims ?? []);
    return builder.build();
  });
  const model = await openModel(createRuntime({ threads: 1 }), folder);
  expect(model.sizeStep).toBe(4);
  await model.release();
  await restore('unet');
});

test('text encoder and U-Net may give the same names to their values', async () => {
  const { graph: unet } = await readModelFile(join(tinySd, 'unet/model.onnx'));
  const [taken] = cutUnet(unet).heads.map(({ trunkInput }) => trunkInput);
  await change('text_encoder', (graph) => {
    const [first] = (graph.nodes.find(({ op }) => op === 'LayerNormalization' || op === 'Softmax') as Node)
      .outputs;
    const rename = (name: string) => (name === first ? (taken as string) : name);
    const nodes = graph.nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map(rename),
      outputs: node.outputs.map(rename),
    }));
    return { ...graph, nodes };
  });
  const model = await openModel(createRuntime(), folder);
  expect(model.heads[0]?.trunkInput).toBe(taken);
  await model.release();
  await restore('text_encoder');
});
