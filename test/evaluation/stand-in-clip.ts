import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createGraphBuilder, type GraphBuilder, int, ints } from '../../src/onnx/builder.ts';
import { elementCodes } from '../../src/onnx/element-codes.ts';
import type { Graph } from '../../src/onnx/graph.ts';
import { writeModelFile } from '../../src/onnx/model-file.ts';
import { vocabularyOf } from '../../src/pretrain/vocabulary.ts';

/** A CLIP that tells what it was fed: a text's embedding is its ids, without those masked; a picture's the mean value of each channel. */

export const maxTokens = 5;
export const pixels = 4;
export const mean = [0.5, 0.25, 0];
export const deviation = [0.5, 0.25, 0.125];

const { ids, merges } = vocabularyOf(['cat', 'dog']);
export const idOf = (token: string): number => ids[token] ?? Number.NaN;

export interface TextOptions {
  readonly masked?: boolean;
  readonly type?: 'int64' | 'int32';
  readonly further?: string;
  readonly output?: string;
}

function addText(builder: GraphBuilder, options: TextOptions = {}): void {
  const { masked = true, type = 'int64', further, output = 'text_embeds' } = options;
  const dims = ['text_batch_size', maxTokens];
  let tokens = builder.input('input_ids', type, dims);
  if (masked) tokens = builder.op('Mul', [tokens, builder.input('attention_mask', type, dims)]);
  if (further !== undefined) tokens = builder.op('Add', [tokens, builder.input(further, type, dims)]);
  builder.op('Cast', [tokens], { to: int(elementCodes.float32) }, output);
  builder.output(output, 'float32', dims);
}

function addVision(builder: GraphBuilder): void {
  const values = builder.input('pixel_values', 'float32', ['image_batch_size', 3, pixels, pixels]);
  builder.op('ReduceMean', [values], { axes: ints([2, 3]), keepdims: int(0) }, 'image_embeds');
  builder.output('image_embeds', 'float32', ['image_batch_size', 3]);
}

function graphOf(name: string, ...parts: readonly ((builder: GraphBuilder) => void)[]): Graph {
  const builder = createGraphBuilder({ name, opset: 14 });
  for (const part of parts) part(builder);
  return builder.build();
}

export const textGraph = (options?: TextOptions): Graph =>
  graphOf('text', (builder) => addText(builder, options));
export const visionGraph = (): Graph => graphOf('vision', addVision);

/** Both halves in one graph, with an output of its own that needs both inputs, as exports of the whole of CLIP have it. */
export const jointGraph = (): Graph =>
  graphOf(
    'joint',
    (builder) => addText(builder),
    addVision,
    (builder) => {
      const sums = ['text_embeds', 'image_embeds'].map((name) =>
        builder.op('ReduceSum', [name, builder.ints([1])], { keepdims: int(1) }),
      );
      const transposed = builder.op('Transpose', [sums[1] ?? ''], { perm: ints([1, 0]) });
      builder.op('MatMul', [sums[0] ?? '', transposed], {}, 'logits_per_text');
      builder.output('logits_per_text', 'float32', ['text_batch_size', 'image_batch_size']);
    },
  );

const files: Readonly<Record<string, string>> = {
  'config.json': JSON.stringify({
    model_type: 'clip',
    projection_dim: 3,
    text_config: { max_position_embeddings: maxTokens },
    vision_config: { image_size: pixels },
  }),
  'preprocessor_config.json': JSON.stringify({
    size: { shortest_edge: pixels },
    crop_size: { height: pixels, width: pixels },
    image_mean: mean,
    image_std: deviation,
    rescale_factor: 1 / 255,
    resample: 3,
  }),
  'tokenizer_config.json': JSON.stringify({ model_max_length: maxTokens, tokenizer_class: 'CLIPTokenizer' }),
  'vocab.json': JSON.stringify(ids),
  'merges.txt': ['#version: 0.2', ...merges, ''].join('\n'),
};

export type Content = Readonly<Record<string, Graph | string | undefined>>;

/** A folder of the files above, some of them replaced or, where undefined, left out, for as long as `use` takes. */
export async function withFolder<T>(content: Content, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'keepsake-clip-'));
  try {
    for (const [file, value] of Object.entries({ ...files, ...content } as Content)) {
      const path = join(folder, file);
      await mkdir(dirname(path), { recursive: true });
      if (typeof value === 'string') await writeFile(path, value);
      else if (value !== undefined) await writeModelFile(path, value);
    }
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
