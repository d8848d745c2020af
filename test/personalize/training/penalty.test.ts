import { expect, test } from 'vitest';
import { float32, type Tensor } from '../../../src/onnx/tensor.ts';
import { type Matrix, matrix } from '../../../src/personalize/linear-algebra.ts';
import { createGramSum } from '../../../src/personalize/text-rows.ts';
import { headPenalty, type Reference } from '../../../src/personalize/training/penalty.ts';
import { headOf, normals } from '../head.ts';

const [inputs, outputs, heads] = [6, 4, 3];
const head = headOf(inputs, outputs);
const size = inputs * outputs;
const base = normals(1, size);
/** What the weights are before training: some have moved away from the base in earlier lessons. */
const fixed = base.map((value, i) => (i % 5 === 0 ? value + 0.3 : value));
/** Weights of three outputs, several inputs each, ordered by output and then by input. */
const neurons = Uint32Array.of(0, 8, 20, 5, 9, 7, 11, 15, 23);
const states = {
  classWord: [float32([2, 5, inputs], normals(2, 60)), float32([1, 5, inputs], normals(3, 30))],
  earlier: [float32([1, 5, inputs], normals(4, 30))],
};

function meanGram(groups: readonly Tensor<'float32'>[]): Matrix {
  const sum = createGramSum(inputs);
  for (const { data } of groups) sum.add(matrix(data.length / inputs, inputs, data));
  return sum.mean();
}

const references: readonly (Reference & { readonly rows: Float32Array })[] = [
  {
    gram: meanGram(states.classWord),
    weights: new Map([[head.name, base]]),
    strength: 3,
    rows: joined('classWord'),
  },
  {
    gram: meanGram(states.earlier),
    weights: new Map([[head.name, fixed]]),
    strength: 0.7,
    rows: joined('earlier'),
  },
];

function joined(name: keyof typeof states): Float32Array {
  return Float32Array.from(states[name].flatMap(({ data }) => [...data]));
}

/** λ/H · ‖C(W − W_ref)‖² / ‖C·W_ref‖² summed over the references, by plain dense products. */
function densePenalty(weights: Float32Array, of: readonly (typeof references)[number][]): number {
  const squares = (rows: Float32Array, matrix: Float32Array) => {
    let sum = 0;
    for (let row = 0; row < rows.length / inputs; row++)
      for (let out = 0; out < outputs; out++) {
        let product = 0;
        for (let j = 0; j < inputs; j++)
          product += (rows[row * inputs + j] ?? 0) * (matrix[j * outputs + out] ?? 0);
        sum += product ** 2;
      }
    return sum;
  };
  return of.reduce((total, { rows, strength, weights: kept }) => {
    const reference = kept.get(head.name) ?? new Float32Array();
    const moved = weights.map((value, i) => value - (reference[i] ?? 0));
    return total + ((strength / heads) * squares(rows, moved)) / squares(rows, reference);
  }, 0);
}

/** The whole matrix once the trained weights are `values`. */
function placed(values: Float32Array): Float32Array {
  const weights = fixed.slice();
  neurons.forEach((index, i) => {
    weights[index] = values[i] ?? 0;
  });
  return weights;
}

const start = Float32Array.from(neurons, (index) => fixed[index] ?? 0);
const moved = start.map((value, i) => value + 0.1 * Math.sin(i + 1));
const cases = {
  'the base model': references.slice(0, 1),
  'earlier concepts': references.slice(1),
  both: references,
};

test.each(Object.entries(cases))('the penalty towards %s grows as the dense formula does', (_, of) => {
  const penalty = headPenalty(head, neurons, fixed, of, heads);
  const at = (values: Float32Array) => penalty.add(values, new Float32Array(neurons.length));
  const dense = densePenalty(placed(moved), of) - densePenalty(placed(start), of);
  expect(at(start)).toBe(0);
  expect(Math.abs(at(moved) - dense)).toBeLessThan(1e-6 * Math.abs(dense) + 1e-9);
});

test.each(Object.entries(cases))('its gradient towards %s is that of the dense formula', (_, of) => {
  const gradient = new Float32Array(neurons.length);
  headPenalty(head, neurons, fixed, of, heads).add(moved, gradient);
  const step = 2 ** -6;
  gradient.forEach((slope, i) => {
    const [up, down] = [moved.slice(), moved.slice()];
    up[i] = (up[i] ?? 0) + step;
    down[i] = (down[i] ?? 0) - step;
    const width = (up[i] ?? 0) - (down[i] ?? 0);
    const difference = (densePenalty(placed(up), of) - densePenalty(placed(down), of)) / width;
    expect(Math.abs(slope - difference)).toBeLessThan(1e-4 * Math.abs(difference) + 1e-6);
  });
});

test('adds to the gradient that is there', () => {
  const penalty = headPenalty(head, neurons, fixed, references, heads);
  const [alone, added] = [new Float32Array(neurons.length), new Float32Array(neurons.length).fill(2)];
  penalty.add(moved, alone);
  penalty.add(moved, added);
  added.forEach((value, i) => {
    expect(value).toBeCloseTo(2 + (alone[i] ?? 0), 6);
  });
});

test('pulls at nothing where nothing has moved', () => {
  const gradient = new Float32Array(neurons.length);
  const unmoved = Float32Array.from(neurons, (index) => base[index] ?? 0);
  const penalty = headPenalty(head, neurons, base, references.slice(0, 1), heads).add(unmoved, gradient);
  expect([penalty, ...gradient]).toEqual(new Array(neurons.length + 1).fill(0));
});

test('pulls back what earlier lessons moved, before this one moves anything', () => {
  const gradient = new Float32Array(neurons.length);
  headPenalty(head, neurons, fixed, references.slice(0, 1), heads).add(start, gradient);
  expect(gradient.some((slope) => slope !== 0)).toBe(true);
});

test('the Gram matrix is the mean outer product of all positions, whatever groups they come in', () => {
  const whole = meanGram(states.classWord);
  const rows = joined('classWord');
  const positions = rows.length / inputs;
  for (let j = 0; j < inputs; j++)
    for (let k = 0; k < inputs; k++) {
      let sum = 0;
      for (let row = 0; row < positions; row++)
        sum += (rows[row * inputs + j] ?? 0) * (rows[row * inputs + k] ?? 0);
      expect(whole.values[j * inputs + k]).toBeCloseTo(sum / positions, 10);
    }
});
