import type { Model } from '../../diffusion/model.ts';
import { float32, type Tensor } from '../../onnx/tensor.ts';
import type { ConceptWeights } from '../../personalize/concept-file.ts';
import { type Matrix, matrix } from '../../personalize/linear-algebra.ts';
import type { Turns } from '../../personalize/method.ts';
import { createRandom } from '../../random.ts';
import { changeOf, energyOf, requireWeights } from '../changes.ts';
import { embeddingFile } from '../embedding-file.ts';
import type { Format } from '../format.ts';
import { halfTensor } from '../half-tensor.ts';
import { kohyaName, networkFile } from '../kohya.ts';
import { lowRank } from '../low-rank.ts';
import { moduleNames } from '../module-names.ts';

/** Ranks to choose from: the first that keeps enough of the change, or the last. */
const ranks = [4, 8, 16, 32, 64, 128] as const;
const enough = 0.95;
const mostRank = 128;
/** What directions the decomposition starts from does not matter; that they are the same each time does. */
const seed = 1;

/**
 * A LoRA in kohya's keys, which diffusers, A1111 and ComfyUI read: for each matrix `lora_unet_….lora_down.weight` [rank, in],
 * `….lora_up.weight` [out, rank] and `….alpha`. What was taught as factors keeps them; for all else it is the best
 * approximation of one rank for all matrices (`low-rank.ts`), whose energy Σ‖up·down‖²_F over Σ‖ΔW‖²_F is told.
 */
const lora: Format = {
  name: 'lora',
  async write(concept, model, turns) {
    requireWeights(concept);
    const names = await moduleNames(model.heads, model.folder);
    const { factors, kept } = ownFactors(concept, model) ?? (await approximation(concept, model, turns));
    const tensors = new Map<string, Tensor>();
    let most = 0;
    for (const [head, { up, down }] of factors) {
      const name = kohyaName(names.get(head) as string);
      tensors.set(`${name}.lora_down.weight`, halfTensor(down));
      tensors.set(`${name}.lora_up.weight`, halfTensor(up));
      tensors.set(`${name}.alpha`, float32([], [down.rows]));
      most = Math.max(most, down.rows);
    }
    const bytes = networkFile(tensors, concept, { module: 'networks.lora', rank: most, kept });
    return {
      files: [{ part: 'lora', bytes }, embeddingFile(concept)],
      notes: [
        `It keeps ${(100 * kept).toFixed(1)} % of the change, measured by its energy, at rank ${most}.`,
        'A1111 and ComfyUI take it as any LoRA, the embedding beside it. diffusers: load_lora_weights and load_textual_inversion.',
      ],
    };
  },
};

export default lora;

/** up [out, rank] and down [rank, in] by head name, and how much of the change they hold, 0 to 1. */
interface Approximation {
  readonly factors: ReadonlyMap<string, { readonly up: Matrix; readonly down: Matrix }>;
  readonly kept: number;
}

/** What a method taught as factors; undefined where it did not, or not all. */
function ownFactors({ heads, deltas }: ConceptWeights, model: Model): Approximation | undefined {
  const factors = new Map<string, { up: Matrix; down: Matrix }>();
  for (const { name, inFeatures, outFeatures } of model.heads) {
    const delta = deltas.get(name);
    if (!delta) continue;
    if ('whole' in delta) return undefined;
    const { rank, up, down } = delta;
    factors.set(name, { up: matrix(outFeatures, rank, up), down: matrix(rank, inFeatures, down) });
  }
  return heads.size > 0 ? undefined : { factors, kept: 1 };
}

async function approximation(concept: ConceptWeights, model: Model, turns: Turns): Promise<Approximation> {
  const random = createRandom(seed);
  let total = 0;
  const full = new Map<string, Awaited<ReturnType<typeof lowRank>>>();
  for (const head of model.heads) {
    const change = await turns.turn(() => changeOf(concept, model, head));
    if (!change) continue;
    total += energyOf(change.values);
    full.set(head.name, await lowRank(change, mostRank, random, turns));
  }
  const keptBy = (rank: number) =>
    total === 0
      ? 1
      : [...full.values()].reduce((sum, { energies }) => sum + sumOf(energies.subarray(0, rank)), 0) / total;
  const rank = ranks.find((one) => keptBy(one) >= enough) ?? mostRank;
  const factors = new Map([...full].map(([name, one]) => [name, cutTo(one, rank)] as const));
  return { factors, kept: Math.min(1, keptBy(rank)) };
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function cutTo({ up, down }: { readonly up: Matrix; readonly down: Matrix }, rank: number) {
  const kept = Math.min(rank, down.rows);
  const columns = Float64Array.from(
    { length: up.rows * kept },
    (_, i) => up.values[Math.floor(i / kept) * up.columns + (i % kept)] as number,
  );
  return {
    up: matrix(up.rows, kept, columns),
    down: matrix(kept, down.columns, down.values.subarray(0, kept * down.columns)),
  };
}
