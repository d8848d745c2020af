import type { HeadWeights } from '../../diffusion/heads.ts';
import type { Head } from '../../onnx/cut/unet.ts';
import type { Matrix } from '../linear-algebra.ts';

/** The trainable weights of one head and how far each has moved. */
export interface HeadPenalty {
  /**
   * Adds the penalty's gradient to `gradient`, both in the order of the head's neurons, and returns how much the
   * penalty has grown since training began.
   */
  add(values: Float32Array, gradient: Float32Array): number;
}

export interface Reference {
  /** Mean of c·cᵀ over the text states c of prompts whose keys and values are to stay, see `gramOf`. */
  readonly gram: Matrix;
  /** What they are to stay at. */
  readonly weights: HeadWeights;
  /** λ in the penalty's formula. */
  readonly strength: number;
}

/**
 * Keeps keys and values of given prompts where they are while some weights of a head train:
 * R = λ/H · ‖C(W − W_ref)‖²_F / ‖C·W_ref‖²_F for each of H heads, C being the prompts' text states, one row a position.
 * It needs only CᵀC, and only the part of it between inputs that train in the same column; nothing of the trunk.
 * The authors' own regulariser towards the pretrained weights and earlier concepts is not public; this form is ours.
 * @param neurons indices into [in, out], ordered by output
 * @param fixed the weights before training; those that do not train stay at these
 */
export function headPenalty(
  head: Head,
  neurons: Uint32Array,
  fixed: Float32Array,
  references: readonly Reference[],
  heads: number,
): HeadPenalty {
  const { outFeatures } = head;
  const columns = columnsOf(neurons, outFeatures);
  const terms = references.map(({ gram, weights, strength }) => {
    const reference = weights.get(head.name) as Float32Array;
    const scale = strength / (heads * energy(gram, reference, outFeatures));
    return { gram, scale, pull: pullOf(gram, neurons, fixed, reference, outFeatures) };
  });
  const start = Float32Array.from(neurons, (index) => fixed[index] as number);
  const inputs = Uint32Array.from(neurons, (index) => Math.floor(index / outFeatures));
  const moved = new Float64Array(neurons.length);

  return {
    add(values, gradient) {
      let penalty = 0;
      for (let a = 0; a < moved.length; a++) moved[a] = (values[a] as number) - (start[a] as number);
      for (const { gram, scale, pull } of terms) {
        for (const [first, end] of columns) {
          for (let a = first; a < end; a++) {
            const row = (inputs[a] as number) * gram.columns;
            let slope = pull[a] as number;
            for (let b = first; b < end; b++)
              slope += (gram.values[row + (inputs[b] as number)] as number) * (moved[b] as number);
            gradient[a] = (gradient[a] as number) + 2 * scale * slope;
            penalty += scale * (moved[a] as number) * (slope + (pull[a] as number));
          }
        }
      }
      return penalty;
    },
  };
}

/** First and last-plus-one place of each output's neurons. */
function columnsOf(neurons: Uint32Array, outFeatures: number): readonly (readonly [number, number])[] {
  const columns: [number, number][] = [];
  neurons.forEach((index, place) => {
    const last = columns.at(-1);
    if (last !== undefined && (neurons[last[0]] as number) % outFeatures === index % outFeatures)
      last[1] = place + 1;
    else columns.push([place, place + 1]);
  });
  return columns;
}

/** (G·(W_fixed − W_ref)) at the neurons: what the penalty pulls at before anything moves. */
function pullOf(
  gram: Matrix,
  neurons: Uint32Array,
  fixed: Float32Array,
  reference: Float32Array,
  outFeatures: number,
): Float64Array {
  const { columns: width, values: sums } = gram;
  if (fixed === reference) return new Float64Array(neurons.length);
  return Float64Array.from(neurons, (index) => {
    const out = index % outFeatures;
    const row = Math.floor(index / outFeatures) * width;
    let sum = 0;
    for (let k = 0; k < width; k++) {
      const at = k * outFeatures + out;
      sum += (sums[row + k] as number) * ((fixed[at] as number) - (reference[at] as number));
    }
    return sum;
  });
}

/** ‖C·W‖²_F for each position: trace(Wᵀ·G·W) = Σ G_jk·⟨W_j, W_k⟩ over rows of W. */
function energy(
  { columns: width, values: sums }: Matrix,
  weights: Float32Array,
  outFeatures: number,
): number {
  let total = 0;
  for (let j = 0; j < width; j++) {
    for (let k = 0; k <= j; k++) {
      let product = 0;
      for (let out = 0; out < outFeatures; out++)
        product += (weights[j * outFeatures + out] as number) * (weights[k * outFeatures + out] as number);
      total += (k === j ? 1 : 2) * (sums[j * width + k] as number) * product;
    }
  }
  return total;
}
