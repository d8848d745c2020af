import { draw } from '../../../src/diffusion/draw.ts';
import type { Model } from '../../../src/diffusion/model.ts';
import type { TaughtModel } from '../../../src/diffusion/taught-model.ts';
import type { Tensor } from '../../../src/onnx/tensor.ts';

export const drawingSteps = 8;

/** Draws one picture, guided. */
export async function drawOnce(model: TaughtModel, prompt: string): Promise<void> {
  const { sampler } = model.base.folder;
  const request = { prompt, negativePrompt: '', count: 1, seed: 1, guidanceScale: 5, sampler };
  await draw(model, { ...request, steps: drawingSteps }, { turn: (action) => action(), onStep: () => {} });
}

export interface Counts {
  /** Bytes handed to the runtime. */
  bytes: number;
  /** Times that texts were read to keys and values. */
  projections: number;
  /** Times that the trunk ran. */
  steps: number;
}

/** The model, and what is counted as it draws. */
export function counting(base: Model): { readonly base: Model; readonly counts: Counts } {
  const counts: Counts = { bytes: 0, projections: 0, steps: 0 };
  const add = (...tensors: readonly Tensor[]) => {
    for (const { data } of tensors) counts.bytes += data.byteLength;
  };
  const counted: Model = {
    ...base,
    textSide: {
      ...base.textSide,
      project(embeddings, weights, places) {
        counts.projections++;
        add(embeddings);
        // The base model's matrices lie with the runtime.
        for (const [name, values] of weights)
          if (values !== base.baseWeights.get(name)) counts.bytes += values.byteLength;
        return base.textSide.project(embeddings, weights, places);
      },
    },
    trunk: {
      ...base.trunk,
      predict(sample, timesteps, texts) {
        counts.steps++;
        add(sample, ...texts.flatMap(Object.values<Tensor>));
        return base.trunk.predict(sample, timesteps, texts);
      },
    },
  };
  return { base: counted, counts };
}
