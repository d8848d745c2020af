import type { Model } from '../../../diffusion/model.ts';
import type { TaughtModel } from '../../../diffusion/taught-model.ts';
import { calibrationPrompts } from '../../captions/calibration.ts';
import type { ConceptWeights } from '../../concept-file.ts';
import { deltaBytes, deltaProduct, plusDeltas, plusMatrix } from '../../deltas.ts';
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
import { encodeAll, knowsWord, textStates } from '../../texts.ts';

/** Chosen by measurement, see docs/methods.md. */
const mergeRidge = 0.1;
/** Prompts whose text states are held at the same time. */
const keptTogether = 16;

/**
 * Matrices with several concepts in them; a single one keeps those that it was trained to.
 * @param ridge see {@link constrained}
 */
export async function merge(
  model: TaughtModel,
  concepts: readonly ConceptWeights[],
  turns: Turns,
  ridge = mergeRidge,
): Promise<Fused> {
  const { heads } = model.base;
  const deltas = deltaBytes(concepts);
  if (concepts.length === 1)
    return { weights: await turns.turn(() => plusDeltas(model.weights, heads, concepts)), bytes: deltas };
  const kept = await keptGram(model, turns);
  const targets: Matrix[] = [];
  for (const concept of concepts) targets.push(await turns.turn(() => targetTexts(model, concept)));
  const projection = await turns.turn(() => constrained(kept, stacked(targets), ridge));
  const weights = new Map(model.weights);
  for (const head of heads) {
    // V − c·W_0 of each concept is what its own matrix, W_0 + ΔW, adds for its texts.
    const wanted = targets.map((rows, i) => deltaProduct(rows, head, concepts[i]?.deltas.get(head.name)));
    const change = await turns.turn(() => product(projection, stacked(wanted)));
    weights.set(head.name, plusMatrix(model.weights.get(head.name) as Float32Array, change));
  }
  return { weights, bytes: deltas + workingBytes(model.base, targets) };
}

/**
 * The closed form of Custom Diffusion's merge (Kumari et al. 2023): of all W with c·W = V it finds that which
 * changes what the kept texts give least, ‖C·(W − W_0)‖_F. With G = CᵀC it is W_0 + P·(V − c·W_0),
 * P = G⁻¹cᵀ·(c·G⁻¹cᵀ)⁻¹, which depends on the texts alone and so is found once for all heads.
 * A ridge on both inverses makes the constraint a wish: with D = W − W_0 it is the least
 * ‖C·D‖² + ε·‖D‖² + ‖c·D − (V − c·W_0)‖²/λ. Targets that nearly coincide, as the names of several concepts do in a small text
 * encoder, would otherwise be told apart by changes that ruin every other prompt.
 * @param keptGram G, [in, in]
 * @param targets c, [targets, in]
 * @param ridge ε as a share of the mean of G's diagonal, λ as one of (c·(G + ε)⁻¹cᵀ)'s; towards 0 it is the paper's form
 * @returns P, [in, targets]
 */
export function constrained(keptGram: Matrix, targets: Matrix, ridge: number): Matrix {
  const pulled = solveSpd(withRidge(keptGram, ridge), transpose(targets));
  const coupling = product(targets, pulled);
  return transpose(solveSpd(withRidge(coupling, ridge), transpose(pulled)));
}

/** CᵀC of the text states of prompts that have nothing to do with any concept, from the start token to the end token. */
async function keptGram(model: TaughtModel, turns: Turns): Promise<Matrix> {
  const { width } = model.base.embeddings;
  const prompts = calibrationPrompts(knowsWord(model.tokenizer));
  const sum = matrix(width, width);
  for (let first = 0; first < prompts.length; first += keptTogether) {
    const some = prompts.slice(first, first + keptTogether);
    for (const { states, encodings } of await textStates(model, some, turns)) {
      const { values } = gram(textRows(states, encodings, ({ length }) => [0, length]));
      for (let i = 0; i < values.length; i++)
        sum.values[i] = (sum.values[i] as number) + (values[i] as number);
    }
  }
  return sum;
}

/** Text states of the concept's name, alone and in "a photo of a" (a style's in "a picture in"), from the token to the end token. */
async function targetTexts(model: TaughtModel, { token, classWord, kind }: ConceptWeights): Promise<Matrix> {
  const name = kind === 'style' ? `${token} style` : `${token} ${classWord}`;
  const texts = [name, kind === 'style' ? `a picture in ${name}` : `a photo of a ${name}`];
  const encodings = encodeAll(model.tokenizer, texts);
  const [group] = await textStates(model, texts, { turn: async (action) => action() });
  const id = model.tokenizer.addToken(token);
  return textRows(group?.states as Parameters<typeof textRows>[0], encodings, (encoding) => [
    positionOf(encoding, id),
    encoding.length,
  ]);
}

/**
 * Some kept texts as states, rows and columns; their Gram matrix, that with its ridge, its factor; the targets and what is
 * solved for them; one head's wanted change and what comes of it. All but the states in float64.
 */
function workingBytes({ heads, embeddings, folder }: Model, targets: readonly Matrix[]): number {
  const { width } = embeddings;
  const rows = targets.reduce((sum, part) => sum + part.rows, 0);
  const out = Math.max(...heads.map(({ outFeatures }) => outFeatures));
  const kept = keptTogether * folder.tokenizer.maxTokens * width;
  const solved = 3 * width ** 2 + 6 * rows * width + 3 * rows ** 2 + (2 * rows + width) * out;
  return kept * Float32Array.BYTES_PER_ELEMENT + (2 * kept + solved) * Float64Array.BYTES_PER_ELEMENT;
}
