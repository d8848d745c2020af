import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addModel } from '../../src/models/add.ts';
import { createGraphBuilder, int } from '../../src/onnx/builder.ts';
import type { Attribute, Graph, Node } from '../../src/onnx/graph.ts';
import { readModelFile, writeModelFile } from '../../src/onnx/model-file.ts';
import { toFloat16 } from '../../src/onnx/shape/evaluate/half.ts';
import type { Tensor } from '../../src/onnx/tensor.ts';
import { createRuntime } from '../../src/runtime/session.ts';

/** Folders as they are published, small: tiny-sd21's U-Net and text encoder with tiny-sd's autoencoder. */

const fixtures = join(import.meta.dirname, '../fixtures');
export const sd21 = join(fixtures, 'tiny-sd21');
const tinySd = join(fixtures, 'tiny-sd');
const tokenizer = join(import.meta.dirname, '../../model-store/sketchbook/tokenizer');

export interface Place {
  /** The published folder. */
  readonly published: string;
  /** Where models are kept. */
  readonly models: string;
  remove(): Promise<void>;
}

export const velocityScheduler = {
  _class_name: 'DDIMScheduler',
  beta_start: 0.00085,
  beta_end: 0.012,
  beta_schedule: 'scaled_linear',
  prediction_type: 'v_prediction',
  set_alpha_to_one: false,
  steps_offset: 1,
  clip_sample: false,
};

/** As optimum exports Stable Diffusion 2.1. */
export async function optimumFolder(): Promise<Place> {
  const root = await mkdtemp(join(tmpdir(), 'keepsake-published-'));
  const published = join(root, 'published');
  await mkdir(join(published, 'scheduler'), { recursive: true });
  for (const part of ['unet', 'text_encoder'])
    await cp(join(sd21, part), join(published, part), { recursive: true });
  for (const part of ['vae_decoder', 'vae_encoder'])
    await cp(join(tinySd, part), join(published, part), { recursive: true });
  await cp(tokenizer, join(published, 'tokenizer'), { recursive: true });
  await writeFile(
    join(published, 'model_index.json'),
    JSON.stringify({ _class_name: 'StableDiffusionPipeline' }),
  );
  await writeFile(join(published, 'scheduler/scheduler_config.json'), JSON.stringify(velocityScheduler));
  return { published, models: join(root, 'models'), remove: () => rm(root, { recursive: true }) };
}

/** With the vocabulary in one file, as transformers saves it from its version 5 on. */
export async function withOneTokenizerFile({ published }: Place): Promise<void> {
  await rm(join(published, 'tokenizer'), { recursive: true });
  const oneFile = join(fixtures, 'clip-tokenizer-one-file');
  for (const file of ['tokenizer.json', 'tokenizer_config.json'])
    await cp(join(oneFile, file), join(published, 'tokenizer', file));
}

/** As diffusers' script for ONNX Runtime exports: bare graphs, weights.pb, int32 ids, a fraction as the timestep, latents that are drawn. */
export async function olderFolder(): Promise<Place> {
  const place = await optimumFolder();
  for (const part of ['unet', 'text_encoder', 'vae_decoder', 'vae_encoder'])
    await rm(join(place.published, part, 'config.json'));
  await changeGraph(place, 'text_encoder', (graph) => ({
    ...graph,
    inputs: graph.inputs.map((input) => ({ ...input, type: 'int32' })),
  }));
  await changeGraph(
    place,
    'unet',
    (graph) => ({
      ...graph,
      inputs: graph.inputs.map((input) =>
        input.name === 'timestep' ? { ...input, type: 'float32', dims: ['batch'] } : input,
      ),
      nodes: graph.nodes.map((node) =>
        node.op === 'Unsqueeze' && node.inputs[0] === 'timestep' ? same(node) : node,
      ),
    }),
    'weights.pb',
  );
  await changeGraph(place, 'vae_encoder', sampled);
  return place;
}

/** mean + e^(log-variance/2)·noise of an encoder that gives mean and log-variance. */
function sampled(graph: Graph): Graph {
  const [{ name = '', dims = [] } = {}] = graph.outputs;
  const builder = createGraphBuilder({
    name: graph.name,
    opset: graph.opset,
    from: { ...graph, outputs: [] },
  });
  const [mean = '', logarithm = ''] = builder.multi('Split', [name], 2, { axis: int(1) });
  const deviation = builder.op('Exp', [builder.op('Mul', [logarithm, builder.scalar(0.5)])]);
  const noise = builder.op('RandomNormalLike', [mean], { dtype: int(1) });
  const latents = builder.op('Add', [mean, builder.op('Mul', [deviation, noise])], {}, 'latent_sample');
  builder.output(latents, 'float32', dims.with(1, Number(dims[1]) / 2));
  return builder.build();
}

/** As optimumFolder, in half precision throughout. */
export async function halfFolder(): Promise<Place> {
  const place = await optimumFolder();
  for (const part of ['unet', 'text_encoder', 'vae_decoder', 'vae_encoder'])
    await changeGraph(place, part, halved);
  return place;
}

export async function changeGraph(
  { published }: Place,
  part: string,
  change: (graph: Graph) => Graph,
  externalFile?: string,
): Promise<void> {
  const path = join(published, part, 'model.onnx');
  const { graph } = await readModelFile(path);
  const external = externalFile && { externalData: { file: externalFile, minimumBytes: 256 } };
  await writeModelFile(path, change(graph), external || {});
}

export async function changeJson({ published }: Place, file: string, change: object): Promise<void> {
  const path = join(published, file);
  await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), ...change }));
}

export const runtime = createRuntime({ threads: 1 });

export function add({ published, models }: Place, options: Partial<Parameters<typeof addModel>[0]> = {}) {
  return addModel({
    runtime,
    models,
    published,
    name: 'one',
    source: 'somewhere',
    drawing: {},
    distilledGuidance: 8,
    ...options,
  });
}

const same = ({ name, inputs, outputs }: Node): Node => ({
  op: 'Identity',
  domain: '',
  name,
  inputs: inputs.slice(0, 1),
  outputs,
  attributes: {},
});

/** Everything in half precision but what operators want in single: the scales of Resize. */
function halved(graph: Graph): Graph {
  const single = new Set(graph.nodes.flatMap(({ op, inputs }) => (op === 'Resize' ? inputs.slice(1) : [])));
  const half = (tensor: Tensor): Tensor =>
    tensor.type === 'float32'
      ? { type: 'float16', dims: tensor.dims, data: Uint16Array.from(tensor.data as Float32Array, toFloat16) }
      : tensor;
  const attribute = (node: Node, name: string, value: Attribute): Attribute => {
    if (value.kind === 'tensor' && !node.outputs.some((output) => single.has(output)))
      return { kind: 'tensor', value: half(value.value) };
    return node.op === 'Cast' && name === 'to' && value.kind === 'int' && value.value === 1
      ? { kind: 'int', value: 10 }
      : value;
  };
  const values = (list: Graph['inputs']) =>
    list.map((value) => (value.type === 'float32' ? { ...value, type: 'float16' as const } : value));
  return {
    ...graph,
    inputs: values(graph.inputs),
    outputs: values(graph.outputs),
    nodes: graph.nodes.map((node) => ({
      ...node,
      attributes: Object.fromEntries(
        Object.entries(node.attributes).map(([name, value]) => [name, attribute(node, name, value)]),
      ),
    })),
    initializers: new Map(
      [...graph.initializers].map(([name, weight]) => [
        name,
        'tensor' in weight && !single.has(name) ? { name, tensor: half(weight.tensor) } : weight,
      ]),
    ),
  };
}
