import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Model } from '../../../../src/diffusion/model.ts';
import { embed } from '../../../../src/diffusion/taught-model.ts';
import type { ConceptWeights } from '../../../../src/personalize/concept-file.ts';
import { withConcepts } from '../../../../src/personalize/concepts.ts';
import { plusDelta } from '../../../../src/personalize/deltas.ts';
import { gram, type Matrix, matrix, product } from '../../../../src/personalize/linear-algebra.ts';
import { constrained, merge } from '../../../../src/personalize/methods/custom-diffusion/merge.ts';
import { createRandom } from '../../../../src/random.ts';
import { normals } from '../../head.ts';
import { bits, madeUpConcept, openTiny, plainHooks } from '../../tiny.ts';

const [inputs, outputs, targets] = [7, 3, 2];
/** So small that it changes no digit that is looked at. */
const none = 1e-12;
const random = createRandom(9);
const normalMatrix = (rows: number, columns: number) =>
  matrix(rows, columns, Array.from({ length: rows * columns }, random.normal));
const kept = normalMatrix(40, inputs);
const c = normalMatrix(targets, inputs);
/** V − c·W₀ */
const wanted = normalMatrix(targets, outputs);

const rowsOf = ({ rows, columns, values }: Matrix): number[][] =>
  Array.from({ length: rows }, (_, i) => [...values.slice(i * columns, (i + 1) * columns)]);
const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);

/** x with A·x = b by Gauss' elimination with the largest pivot. */
function eliminate(a: readonly (readonly number[])[], b: readonly number[]): number[] {
  const rows = a.map((row, i) => [...row, b[i]!]);
  for (let i = 0; i < rows.length; i++) {
    const pivot = rows.slice(i).reduce((best, row, k) => {
      return Math.abs(row[i]!) > Math.abs(rows[best]![i]!) ? k + i : best;
    }, i);
    [rows[i], rows[pivot]] = [rows[pivot]!, rows[i]!];
    for (const [k, row] of rows.entries()) {
      if (k === i) continue;
      const factor = row[i]! / rows[i]![i]!;
      for (let j = i; j < row.length; j++) row[j] = row[j]! - factor * rows[i]![j]!;
    }
  }
  return rows.map((row, i) => row.at(-1)! / row[i]!);
}

/** The change D with the least ‖C·D‖² and c·D = V − c·W₀, one column at a time by Lagrange's conditions. */
function leastByLagrange(): Matrix {
  const g = gram(kept);
  const system = Array.from({ length: inputs + targets }, (_, row) =>
    Array.from({ length: inputs + targets }, (_, column) => {
      if (row < inputs && column < inputs) return 2 * g.values[row * inputs + column]!;
      if (row < inputs) return c.values[(column - inputs) * inputs + row]!;
      return column < inputs ? c.values[(row - inputs) * inputs + column]! : 0;
    }),
  );
  const result = matrix(inputs, outputs);
  for (let out = 0; out < outputs; out++) {
    const right = Array.from({ length: targets }, (_, i) => wanted.values[i * outputs + out]!);
    eliminate(system, [...new Array<number>(inputs).fill(0), ...right])
      .slice(0, inputs)
      .forEach((value, i) => {
        result.values[i * outputs + out] = value;
      });
  }
  return result;
}

describe('the closed form', () => {
  const change = product(constrained(gram(kept), c, none), wanted);

  test('gives every target exactly what it is to give', () => {
    product(c, change).values.forEach((value, i) => {
      expect(value).toBeCloseTo(wanted.values[i]!, 9);
    });
  });

  test('is what Lagrange’s conditions give: the least change of what is to be kept', () => {
    leastByLagrange().values.forEach((value, i) => {
      expect(Math.abs(change.values[i]! - value)).toBeLessThan(1e-5);
    });
  });

  test('stays finite, and near, where targets are more than the inputs or the same twice', () => {
    const twice = matrix(2 * targets, inputs, [...c.values, ...c.values]);
    const both = matrix(2 * targets, outputs, [...wanted.values, ...wanted.values]);
    const doubled = product(constrained(gram(kept), twice, none), both);
    product(c, doubled).values.forEach((value, i) => {
      expect(value).toBeCloseTo(wanted.values[i]!, 5);
    });
    const many = normalMatrix(3 * inputs, inputs);
    expect(constrained(gram(kept), many, none).values.every(Number.isFinite)).toBe(true);
  });

  test('with a ridge, is where the wish for the targets, what is kept and the size of the change balance', () => {
    const ridge = 0.1;
    const share = (a: readonly number[][]) =>
      (ridge * a.reduce((sum, row, i) => sum + row[i]!, 0)) / a.length;
    const g = rowsOf(gram(kept));
    const softened = g.map((row, i) => row.map((value, j) => value + (i === j ? share(g) : 0)));
    const pulled = rowsOf(c).map((row) => eliminate(softened, row));
    const coupling = rowsOf(c).map((row) => pulled.map((column) => dot(row, column)));
    const normal = softened.map((row, i) =>
      row.map((value, j) => value + rowsOf(c).reduce((sum, t) => sum + t[i]! * t[j]!, 0) / share(coupling)),
    );
    const change = product(constrained(gram(kept), c, ridge), wanted);
    for (let out = 0; out < outputs; out++) {
      const right = Array.from(
        { length: inputs },
        (_, i) =>
          rowsOf(c).reduce((sum, t, k) => sum + t[i]! * rowsOf(wanted)[k]![out]!, 0) / share(coupling),
      );
      eliminate(normal, right).forEach((value, i) => {
        expect(change.values[i * outputs + out]).toBeCloseTo(value, 9);
      });
    }
  });
});

describe('concepts', () => {
  let base: Model;
  let concepts: readonly ConceptWeights[];
  beforeAll(async () => {
    base = await openTiny();
    concepts = [1, 2, 3].map((nth) => ({
      ...madeUpConcept(base, nth, []),
      method: 'custom-diffusion',
      embedding: normals(nth, base.embeddings.width),
      deltas: new Map(
        base.heads.map((head, i) => [
          head.name,
          { whole: normals(100 * nth + i, head.inFeatures * head.outFeatures).map((x) => 0.05 * x) },
        ]),
      ),
    }));
  });
  afterAll(() => base.release());

  /** What a concept's own matrices would be. */
  const own = (head: Model['heads'][number], concept: ConceptWeights) =>
    plusDelta(base.baseWeights.get(head.name)!, head, concept.deltas.get(head.name)!);

  test('one alone keeps the matrices that it was trained to', async () => {
    const { weights, bytes } = await merge(withConcepts(base, []), concepts.slice(0, 1), plainHooks);
    for (const head of base.heads)
      expect(bits(weights.get(head.name)!)).toEqual(bits(own(head, concepts[0]!)));
    expect(bytes).toBe(4 * base.counts.keyValueParameters);
  });

  test('of three merged without a ridge, each gives the texts of its name the keys and values that it was taught', async () => {
    const model = withConcepts(base, concepts);
    const { weights, bytes } = await merge(model, concepts, plainHooks, 1e-9);
    expect(bytes).toBeGreaterThan(3 * 4 * base.counts.keyValueParameters);
    for (const concept of concepts) {
      for (const [text, first] of [
        [`${concept.token} dog`, 1],
        [`a photo of a ${concept.token} dog`, 5],
      ] as const) {
        const encoding = model.tokenizer.encode(text);
        const states = await base.textSide.states(embed(model, [encoding]));
        const width = base.embeddings.width;
        for (const head of base.heads) {
          const [merged, alone] = [weights.get(head.name)!, own(head, concept)];
          for (let position = first; position < encoding.length; position++) {
            for (let out = 0; out < head.outFeatures; out++) {
              const [got, expected] = [merged, alone].map((matrix) => {
                let sum = 0;
                for (let i = 0; i < width; i++)
                  sum += Number(states.data[position * width + i]) * matrix[i * head.outFeatures + out]!;
                return sum;
              });
              expect(Math.abs(got! - expected!)).toBeLessThan(2e-3);
            }
          }
        }
      }
    }
  });
});
