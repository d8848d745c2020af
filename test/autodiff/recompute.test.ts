import { describe, expect, it } from 'vitest';
import { droppedValues } from '../../src/autodiff/dropped.ts';
import { type GradientGraph, gradientGraph } from '../../src/autodiff/gradient-graph.ts';
import { cutUnet } from '../../src/onnx/cut/unet.ts';
import type { Node } from '../../src/onnx/graph.ts';
import { peakBytes } from '../../src/onnx/peak-memory.ts';
import { decodeModel } from '../../src/onnx/proto.ts';
import { specialize } from '../../src/onnx/shape/specialize.ts';
import { elementCount } from '../../src/onnx/tensor.ts';
import { recomputations } from '../../src/recomputations.ts';
import { fixture } from '../onnx/files.ts';
import { addedNodes } from './differences.ts';

const { trunk, heads } = cutUnet(decodeModel(fixture('sd15-graph/unet/model.onnx')));
const inputs = heads.map(({ trunkInput, outFeatures }) => [trunkInput, [1, 77, outFeatures]] as const);
const wrt = inputs.map(([name]) => name);
/** Stable Diffusion 1.5 at its own size, 512×512. */
const forward = specialize(trunk, { sample: [1, 4, 64, 64], timestep: [1], ...Object.fromEntries(inputs) });
const emitted = new Map(
  recomputations.map((recomputation) => {
    const recompute = droppedValues(forward, recomputation);
    return [
      recomputation,
      gradientGraph(forward, { of: 'out_sample', cotangent: 'g', wrt, recompute }),
    ] as const;
  }),
);
const gradientOf = (recomputation: (typeof recomputations)[number]) =>
  emitted.get(recomputation) as GradientGraph;

describe.each(['attention', 'activations', 'blocks'] as const)('computing again %s', (recomputation) => {
  const dropped = droppedValues(forward, recomputation);
  const made = gradientOf(recomputation);
  const added = addedNodes(forward, made);

  it('leaves nothing in the reverse that reads a value which is not kept, but for those that the timestep alone gives', () => {
    const ofPictures = [...dropped].filter(
      (name) => elementCount(forward.values.get(name)?.dims ?? []) > 5120,
    );
    expect(ofPictures.length).toBeGreaterThan(32);
    const gone = new Set(ofPictures);
    expect(added.filter(({ inputs: read }) => read.some((name) => gone.has(name)))).toEqual([]);
  });

  it('waits with everything that is computed again until the reverse has come near, so that no runtime does it at once', () => {
    const producers = new Map(
      made.graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)),
    );
    const again = added.filter(({ outputs }) => outputs.some((name) => /\.again(_\d+)?$/.test(name)));
    expect(again.length).toBeGreaterThan(60);
    const late = new Map<Node, boolean>();
    const isLate = (node: Node): boolean => {
      const known = late.get(node);
      if (known !== undefined) return known;
      const found = node.inputs.some((name) => {
        const source = producers.get(name);
        return name === 'g' || (source !== undefined && isLate(source));
      });
      late.set(node, found);
      return found;
    };
    expect(again.filter((node) => !isLate(node)).map(({ name }) => name)).toEqual([]);
  });

  it('computes each value again once', () => {
    const names = added
      .map(({ outputs: [name = ''] }) => name.replace(/_\d+$/, ''))
      .filter((name) => name.endsWith('.again'));
    expect(new Set(names).size).toBe(names.length);
  });
});

it('the more is computed again, the less is held at 512×512, without attention two thirds', () => {
  const bytes = recomputations.map((one) => peakBytes(specialize(gradientOf(one).graph, {})));
  expect(bytes).toEqual(bytes.toSorted((a, b) => b - a));
  const [none = 0, attention = 0, , blocks = 0] = bytes;
  expect(attention / none).toBeLessThan(0.7);
  expect(blocks / none).toBeLessThan(0.4);
});

it('attention is what a Softmax makes of products, and nothing before them', () => {
  const attention = droppedValues(forward, 'attention');
  const operators = forward.graph.nodes.filter(({ outputs: [name = ''] }) => attention.has(name));
  expect(operators.filter(({ op }) => op === 'Softmax').length).toBe(2 * 16);
  expect(operators.filter(({ op }) => op === 'MatMul').length).toBe(2 * 16);
  expect(operators.filter(({ op }) => ['Conv', 'Gemm', 'Transpose', 'Reshape'].includes(op))).toEqual([]);
});
