import type { Rule } from '../call.ts';
import { refuse } from '../call.ts';

const because =
  (reason: string): Rule =>
  (call) =>
    refuse(call, reason);

const random = because('it draws random numbers; give them to the graph as an input');
const flow = because('control flow is not supported; export the model by tracing');
const counted = because('the shape of its result depends on the data');
const fused = because(
  'fused attention is not supported; export the model with attention as MatMul and Softmax',
);

/** Operators that are known and refused, each with the reason. */
export const refused = {
  Attention: fused,
  Bernoulli: random,
  Compress: counted,
  If: flow,
  Loop: flow,
  Multinomial: random,
  NonMaxSuppression: counted,
  NonZero: counted,
  RandomNormal: random,
  RandomNormalLike: random,
  RandomUniform: random,
  RandomUniformLike: random,
  Scan: flow,
  Unique: counted,
} satisfies Record<string, Rule>;
