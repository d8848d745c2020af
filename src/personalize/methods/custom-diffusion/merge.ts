import type { TaughtModel } from '../../../diffusion/taught-model.ts';
import type { Head } from '../../../onnx/cut/unet.ts';
import { calibrationPrompts } from '../../captions/calibration.ts';
import type { ConceptWeights } from '../../concept-file.ts';
import { deltaBytes, deltaMatrix, plusDeltas } from '../../deltas.ts';
import {
  gram,
  type Matrix,
  matrix,
  product,
  solveSpd,
  stacked,
  transpose,
  withRidge,
} from '../../linear-algebra.ts';
import type { Fused, Turns } from '../../method.ts';
import { positionOf, textRows } from '../../text-rows.ts';
import { encodeAll, textStates } from '../../texts.ts';

/** Of the mean diagonal: text states in float32 leave directions empty, and two targets may nearly coincide. */
const ridge = 1e-6;

/** Matrices with several concepts in them; a single one keeps those that it was trained to. */
export async function merge(
  model: TaughtModel,
  concepts: readonly ConceptWeights[],
  turns: Turns,
): Promise<Fused> {
  const { heads } = model.base;
  const deltas = deltaBytes(concepts);
  if (concepts.length === 1)
    return { weights: await turns.turn(() => plusDeltas(model.weights, heads, concepts)), bytes: deltas };
  const kept = await keptTexts(model, turns);
  const targets: Matrix[] = [];
  for (const concept of concepts) targets.push(await turns.turn(() => targetTexts(model, concept)));
  const projection = await turns.turn(() => constrained(gram(kept), stacked(targets)));
  const weights = new Map(model.weights);
  for (const head of heads) {
    const wanted = targets.map((rows, i) => wantedChange(head, rows, concepts[i] as ConceptWeights));
    const { values } = await turns.turn(() => product(projection, stacked(wanted)));
    const start = model.weights.get(head.name) as Float32Array;
    weights.set(
      head.name,
      start.map((value, index) => value + (values[index] as number)),
    );
  }
  return { weights, bytes: deltas + workingBytes(heads, kept, targets) };
}

/**
 * The closed form of Custom Diffusion's merge (Kumari et al. 2023): of all W with c·W = V it finds that which
 * changes what the kept texts give least, ‖C·(W − W_0)‖_F. With G = CᵀC it is W_0 + P·(V − c·W_0),
 * P = G⁻¹cᵀ·(c·G⁻¹cᵀ)⁻¹, which depends on the texts alone and so is found once for all heads.
 * @param keptGram G, [in, in]
 * @param targets c, [targets, in]; where they are more than the inputs, or depend on each other, c·W comes as near to V as it can
 * @returns P, [in, targets]
 */
export function constrained(keptGram: Matrix, targets: Matrix): Matrix {
  const pulled = solveSpd(withRidge(keptGram, ridge), transpose(targets));
  const coupling = product(targets, pulled);
  return transpose(solveSpd(withRidge(coupling, ridge * ridge), transpose(pulled)));
}

/** V − c·W_0 of one concept: what its own matrix, W_0 + ΔW, adds for its texts. */
function wantedChange(head: Head, rows: Matrix, { deltas }: ConceptWeights): Matrix {
  const delta = deltas.get(head.name);
  if (!delta) return matrix(rows.rows, head.outFeatures);
  return product(rows, matrix(head.inFeatures, head.outFeatures, deltaMatrix(head, delta)));
}

/** Text states of prompts that have nothing to do with any concept, from the start token to the end token. */
async function keptTexts(model: TaughtModel, turns: Turns): Promise<Matrix> {
  const knows = (word: string) => model.tokenizer.encode(word).length === 3;
  const groups = await textStates(model, calibrationPrompts(knows), turns);
  return stacked(
    groups.map(({ states, encodings }) => textRows(states, encodings, ({ length }) => [0, length])),
  );
}

/** Text states of the concept's name, alone and in "a photo of a", from the token to the end token. */
async function targetTexts(model: TaughtModel, { token, classWord }: ConceptWeights): Promise<Matrix> {
  const texts = [`${token} ${classWord}`, `a photo of a ${token} ${classWord}`];
  const encodings = encodeAll(model.tokenizer, texts);
  const [group] = await textStates(model, texts, { turn: async (action) => action() });
  const id = model.tokenizer.addToken(token);
  return textRows(group?.states as Parameters<typeof textRows>[0], encodings, (encoding) => [
    positionOf(encoding, id),
    encoding.length,
  ]);
}

/** Kept texts, their Gram matrix with its ridge and factor, the targets, what is solved for them and each head's wanted change, in float64. */
function workingBytes(heads: readonly Head[], kept: Matrix, targets: readonly Matrix[]): number {
  const rows = targets.reduce((sum, part) => sum + part.rows, 0);
  const width = kept.columns;
  const out = Math.max(...heads.map(({ outFeatures }) => outFeatures));
  const elements =
    2 * kept.rows * width + 3 * width ** 2 + 6 * rows * width + 3 * rows ** 2 + (2 * rows + width) * out;
  return elements * Float64Array.BYTES_PER_ELEMENT;
}
