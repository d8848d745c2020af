import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { attentionLayers } from '../../src/diffusion/layered-text.ts';
import {
  attentionsOf,
  moduleNames,
  type NamedAttention,
  structuralNames,
  type UnetStructure,
} from '../../src/interop/module-names.ts';
import { cutUnet, type Head } from '../../src/onnx/cut/unet.ts';
import type { Graph } from '../../src/onnx/graph.ts';
import { decodeModel } from '../../src/onnx/proto.ts';
import { fixture, fixturePath } from '../onnx/files.ts';

/** By configuration: what diffusers itself calls its cross-attentions, made by interop/make.py. */
const known: Record<string, { config: UnetStructure; attentions: readonly NamedAttention[] }> = JSON.parse(
  readFileSync(fixturePath('interop/module-names.json'), 'utf8'),
);
const graphs = {
  'tiny-sd': decodeModel(fixture('tiny-sd/unet/model.onnx')),
  'stable-diffusion-1.5': decodeModel(fixture('sd15-graph/unet/model.onnx')),
};

/** Diffusers' names of all key and value modules, with their widths. */
const modulesOf = (attentions: readonly NamedAttention[]) =>
  attentions
    .flatMap(({ path, channels }) => ['to_k', 'to_v'].map((one) => `${path}.${one} ${channels}`))
    .sort();
const named = (heads: readonly Head[], names: ReadonlyMap<string, string>) =>
  heads.map(({ name, outFeatures }) => `${names.get(name)} ${outFeatures}`).sort();

/** The graph as an exporter leaves it that keeps no names: all but inputs and outputs are numbers. */
function nameless(graph: Graph): Graph {
  const kept = new Set(['', ...[...graph.inputs, ...graph.outputs].map(({ name }) => name)]);
  const numbers = new Map<string, string>();
  const rename = (name: string) => {
    if (kept.has(name)) return name;
    if (!numbers.has(name)) numbers.set(name, `v${numbers.size}`);
    return numbers.get(name) as string;
  };
  const nodes = graph.nodes.map((node) => ({
    ...node,
    name: '',
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
  }));
  const initializers = [...graph.initializers.values()].map((one) => ({ ...one, name: rename(one.name) }));
  return { ...graph, nodes, initializers: new Map(initializers.map((one) => [one.name, one])) };
}

test.each(Object.entries(known))(
  'the cross-attentions of a U-Net like %s are those of diffusers',
  (_, one) => {
    expect(attentionsOf(one.config)).toEqual(one.attentions);
  },
);

test.each(['tiny-sd', 'stable-diffusion-1.5'] as const)(
  'the modules of %s are those of diffusers, with or without names in the graph',
  async (model) => {
    const { attentions, config } = known[model]!;
    const graph = graphs[model];
    const { heads } = cutUnet(graph);
    const anywhere = { path: 'a folder that is not read where names are there' };
    expect(named(heads, await moduleNames(heads, anywhere))).toEqual(modulesOf(attentions));
    const bare = cutUnet(nameless(graph)).heads;
    expect(bare.every(({ name }) => name.startsWith('cross_attentions.'))).toBe(true);
    expect(named(bare, structuralNames(bare, attentionsOf(config)))).toEqual(modulesOf(attentions));
    expect(bare.map(({ trunkInput }) => trunkInput)).toHaveLength(attentionLayers(bare).length * 2);
  },
);

test('a nameless graph is named by the configuration in its folder', async () => {
  const { heads } = cutUnet(nameless(graphs['tiny-sd']));
  const names = await moduleNames(heads, { path: fixturePath('tiny-sd') });
  expect(named(heads, names)).toEqual(modulesOf(known['tiny-sd']!.attentions));
});

test('a configuration that does not fit the graph names nothing', () => {
  const { heads } = cutUnet(nameless(graphs['tiny-sd']));
  const { config } = known['tiny-sd']!;
  for (const change of [
    { layers_per_block: 2 },
    { block_out_channels: [64, 32] },
    { down_block_types: ['DownBlock2D', 'CrossAttnDownBlock2D'] },
  ])
    expect(() => structuralNames(heads, attentionsOf({ ...config, ...change }))).toThrow(
      /^This model's modules cannot be named/,
    );
});
