import { floatAttribute, intAttribute } from '../../onnx/graph.ts';
import type { Emitter } from '../emit.ts';
import { nonlinear, once, type RuleContext, type RuleTable } from '../rule.ts';
import { normalizedAxis, range } from './axes.ts';

/** Normalisations: x̂ = (x − mean)/√(variance + ε) over some axes, then an affine map. */
export const normalization = {
  /**
   * y = scale∘x̂ + bias by channel, over all that follows it: dscale = Σ g∘x̂, dbias = Σ g, dx of h = g∘scale as below.
   * Where the affine map is the identity, as in a GroupNorm that was exported, the output is x̂ itself.
   */
  InstanceNormalization: nonlinear((context) => {
    const { node, emit, inputs, outputs, cotangent: g, shape } = context;
    const [x = '', scale = '', bias = ''] = inputs;
    const plain = isAll(context, scale, 1) && isAll(context, bias, 0);
    const dims = shape(x);
    const perChannel = dims.map((size, axis) => (axis === 1 ? size : 1));
    const axes = range(dims.length).slice(2);
    const epsilon = floatAttribute(node, 'epsilon', 1e-5);
    const summed = [0, ...axes];
    const standardized = once(() => ({
      ...standardize(emit, x, axes, epsilon),
      ...(plain && { normalized: outputs[0] ?? '' }),
    }));
    const scaled = () => (plain ? g : emit.mul(g, emit.reshape(scale, perChannel)));
    return [
      () => normalizationCotangent(emit, standardized(), scaled(), axes),
      () => emit.sum(emit.mul(g, standardized().normalized), summed, false),
      () => emit.sum(g, summed, false),
    ];
  }),
  /**
   * y = scale∘x̂ + bias, over the last axes: dscale = Σ g∘x̂, dbias = Σ g, dx of h = g∘scale as below. Where the node gives
   * 1/√(variance + ε) and its affine map is the identity, nothing is computed again.
   */
  LayerNormalization: nonlinear((context) => {
    const { node, emit, inputs, outputs, cotangent: g, shape } = context;
    const [x = '', scale = '', bias = ''] = inputs;
    const [y = '', , inverseDeviation = ''] = outputs;
    const dims = shape(x);
    const axes = range(dims.length).slice(normalizedAxis(context, node.attributes.axis, -1));
    const plain = isAll(context, scale, 1) && (bias === '' || isAll(context, bias, 0));
    const standardized = once(() =>
      plain && inverseDeviation !== ''
        ? { normalized: y, inverseDeviation }
        : standardize(emit, x, axes, floatAttribute(node, 'epsilon', 1e-5)),
    );
    return [
      () => normalizationCotangent(emit, standardized(), plain ? g : emit.mul(g, scale), axes),
      () => emit.sumTo(emit.mul(g, standardized().normalized), dims, shape(scale)),
      () => emit.sumTo(g, dims, shape(bias)),
    ];
  }),
  /** The same with x̂ over each group of channels, and scale and bias by channel. */
  GroupNormalization: nonlinear((context) => {
    const { node, emit, inputs, cotangent: g, shape } = context;
    const [x = '', scale = ''] = inputs;
    const [dims, grouped] = [shape(x), groupedDims(context)];
    const perChannel = dims.map((size, axis) => (axis === 1 ? size : 1));
    const summed = range(dims.length).filter((axis) => axis !== 1);
    const epsilon = floatAttribute(node, 'epsilon', 1e-5);
    const standardized = once(() => standardize(emit, emit.reshape(x, grouped), [2], epsilon));
    const scaled = () => emit.reshape(emit.mul(g, emit.reshape(scale, perChannel)), grouped);
    return [
      () => emit.reshape(normalizationCotangent(emit, standardized(), scaled(), [2]), dims),
      () => emit.sum(emit.mul(g, emit.reshape(standardized().normalized, dims)), summed, false),
      () => emit.sum(g, summed, false),
    ];
  }),
} satisfies RuleTable;

/** Whether every element of a value is known to be `element`. */
function isAll({ constant }: RuleContext, value: string, element: number): boolean {
  const known = constant(value);
  return known !== undefined && Array.from(known.data, Number).every((each) => each === element);
}

interface Standardized {
  readonly normalized: string;
  readonly inverseDeviation: string;
}

function standardize(emit: Emitter, x: string, axes: readonly number[], epsilon: number): Standardized {
  const centred = emit.sub(x, emit.mean(x, axes));
  const variance = emit.mean(emit.mul(centred, centred), axes);
  const inverseDeviation = emit.unary(
    'Reciprocal',
    emit.unary('Sqrt', emit.add(variance, emit.scalar(epsilon))),
  );
  return { normalized: emit.mul(centred, inverseDeviation), inverseDeviation };
}

/** dx = (h − mean h − x̂·mean(h∘x̂))/σ, where h is the cotangent of x̂ (Ioffe & Szegedy 2015, §3). */
function normalizationCotangent(emit: Emitter, x: Standardized, h: string, axes: readonly number[]): string {
  const along = emit.mul(x.normalized, emit.mean(emit.mul(h, x.normalized), axes));
  return emit.mul(emit.sub(emit.sub(h, emit.mean(h, axes)), along), x.inverseDeviation);
}

/** [batch, groups, elements of a group]. */
function groupedDims({ node, inputs: [x = '', scale = ''], shape, refuse }: RuleContext): readonly number[] {
  const [batch = 0, channels = 0, ...places] = shape(x);
  const groups = intAttribute(node, 'num_groups', 0);
  if (groups < 1 || channels % groups !== 0) refuse(`${channels} channels do not form ${groups} groups`);
  if (shape(scale)[0] !== channels)
    refuse('a scale for each group (opset 18) cannot be differentiated, only one for each channel');
  return [batch, groups, places.reduce((product, size) => product * size, channels / groups)];
}
