import type { Call, Operand, Rule } from '../call.ts';
import { broadcast, operand, refuse, reject, typeAttribute } from '../call.ts';

/** The type and shape of the first input. */
export const same: Rule = (call) => {
  const { type, dims } = operand(call, 0);
  return [{ type, dims }];
};

const test: Rule = (call) => [{ type: 'bool', dims: operand(call, 0).dims }];

function broadcastAll(call: Call, operands: readonly Operand[]): readonly number[] {
  return broadcast(call, ...operands.map(({ dims }) => dims));
}

function alike(call: Call): readonly Operand[] {
  const operands = call.inputs.map((_, index) => operand(call, index));
  const first = operand(call, 0);
  const odd = operands.find(({ type }) => type !== first.type);
  if (odd) reject(call, `its inputs mix the element types ${first.type} and ${odd.type}`);
  return operands;
}

const arithmetic: Rule = (call) => [{ type: operand(call, 0).type, dims: broadcastAll(call, alike(call)) }];

const comparison: Rule = (call) => [{ type: 'bool', dims: broadcastAll(call, alike(call)) }];

const power: Rule = (call) => {
  const base = operand(call, 0);
  return [{ type: base.type, dims: broadcast(call, base.dims, operand(call, 1).dims) }];
};

const where: Rule = (call) => {
  const [condition, yes, no] = [operand(call, 0), operand(call, 1), operand(call, 2)];
  if (yes.type !== no.type) reject(call, `its branches mix the element types ${yes.type} and ${no.type}`);
  return [{ type: yes.type, dims: broadcastAll(call, [condition, yes, no]) }];
};

const cast: Rule = (call) => [
  {
    type: typeAttribute(call, 'to') ?? reject(call, 'it has no attribute "to"'),
    dims: operand(call, 0).dims,
  },
];

const castLike: Rule = (call) => [{ type: operand(call, 1).type, dims: operand(call, 0).dims }];

const dropout: Rule = (call) => {
  const training = call.inputs[2];
  if (training && training.tensor?.().data[0] !== 0)
    refuse(call, 'only inference is supported, its training_mode must be false');
  return [...same(call), ...test(call)];
};

export const elementwise = {
  Abs: same,
  Ceil: same,
  Celu: same,
  Clip: same,
  Cos: same,
  Elu: same,
  Erf: same,
  Exp: same,
  Floor: same,
  Gelu: same,
  HardSigmoid: same,
  HardSwish: same,
  Identity: same,
  LeakyRelu: same,
  Log: same,
  Mish: same,
  Neg: same,
  Not: same,
  PRelu: same,
  Reciprocal: same,
  Relu: same,
  Round: same,
  Selu: same,
  Sigmoid: same,
  Sign: same,
  SiLU: same,
  Sin: same,
  Softplus: same,
  Softsign: same,
  Sqrt: same,
  Swish: same,
  Tan: same,
  Tanh: same,
  'com.microsoft.FastGelu': same,
  'com.microsoft.Gelu': same,
  'com.microsoft.QuickGelu': same,

  Add: arithmetic,
  Div: arithmetic,
  Max: arithmetic,
  Mean: arithmetic,
  Min: arithmetic,
  Mod: arithmetic,
  Mul: arithmetic,
  Pow: power,
  Sub: arithmetic,
  Sum: arithmetic,

  And: comparison,
  Equal: comparison,
  Greater: comparison,
  GreaterOrEqual: comparison,
  IsInf: test,
  IsNaN: test,
  Less: comparison,
  LessOrEqual: comparison,
  Or: comparison,
  Xor: comparison,

  Cast: cast,
  CastLike: castLike,
  Dropout: dropout,
  Where: where,
} satisfies Record<string, Rule>;
