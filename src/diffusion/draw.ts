import { float32, type Tensor } from '../onnx/tensor.ts';
import type { PixelImage } from '../pictures/image.ts';
import { gaussianNoise } from './noise.ts';
import type { SchedulerName } from './schedulers/config.ts';
import { createScheduler } from './schedulers/scheduler.ts';
import { embed, type TaughtModel } from './taught-model.ts';
import type { KeysAndValues } from './text-side.ts';

export interface DrawRequest {
  readonly prompt: string;
  readonly negativePrompt: string;
  /** Pictures to draw together. */
  readonly count: number;
  /** Picture i starts from the noise of this seed's stream i, so that a seed gives the same picture alone or among others. */
  readonly seed: number;
  readonly steps: number;
  /** w of ε = ε(negative) + w·(ε(prompt) − ε(negative)); 1 or less draws without guidance (Ho & Salimans 2022, eq. 6). */
  readonly guidanceScale: number;
  readonly sampler: SchedulerName;
}

export interface DrawHooks {
  /** Runs one step when the process has time for it. */
  turn<T>(action: () => Promise<T>): Promise<T>;
  onStep(step: number, steps: number, latents: Tensor<'float32'>): void | Promise<void>;
}

export interface Drawn {
  readonly images: readonly PixelImage[];
  /** Final latents, [count, channels, height, width]. */
  readonly latents: Tensor<'float32'>;
  /** The end of the prompt that the text encoder has no room for. */
  readonly cut?: string;
}

/** Draws pictures from noise. Keys and values are computed once; the steps run the trunk alone. */
export async function draw(model: TaughtModel, request: DrawRequest, hooks: DrawHooks): Promise<Drawn> {
  const { base, tokenizer } = model;
  const { count, guidanceScale } = request;
  const guided = guidanceScale > 1;
  const encodings = [...(guided ? [request.negativePrompt] : []), request.prompt].map((text) =>
    tokenizer.encode(text),
  );
  const cut = encodings.at(-1)?.cut;
  const projected = await hooks.turn(() => base.textSide.project(embed(model, encodings), model.weights));
  const keysAndValues = repeatEach(projected, count);

  const scheduler = createScheduler(request.sampler, base.folder.scheduler, request.steps);
  let latents = initialLatents(model, request, scheduler.initialNoiseScale);
  for (const [i, timestep] of scheduler.timesteps.entries()) {
    const input = repeat(scheduler.scaleInput(latents.data, i), encodings.length);
    const dims = latents.dims.with(0, count * encodings.length);
    const timesteps = new Array<number>(count * encodings.length).fill(timestep);
    const output = await hooks.turn(() => base.trunk.predict(float32(dims, input), timesteps, keysAndValues));
    const prediction = guided
      ? guide(output.data as Float32Array, guidanceScale)
      : (output.data as Float32Array);
    latents = float32(latents.dims, scheduler.step(prediction, i, latents.data));
    await hooks.onStep(i + 1, scheduler.timesteps.length, latents);
  }
  const images = await hooks.turn(() => base.autoencoder.decode(latents));
  return { images, latents, ...(cut === undefined ? {} : { cut }) };
}

function initialLatents(model: TaughtModel, { count, seed }: DrawRequest, scale: number): Tensor<'float32'> {
  const { channels, height, width } = model.base.folder.latents;
  const latents = float32([count, channels, height, width]);
  const size = channels * height * width;
  for (let picture = 0; picture < count; picture++) {
    const noise = gaussianNoise(seed, picture, size).map((value) => value * scale);
    latents.data.set(noise, picture * size);
  }
  return latents;
}

/** The first half of `outputs` is for the negative prompt, the second for the prompt. */
function guide(outputs: Float32Array, scale: number): Float32Array {
  const half = outputs.length / 2;
  return Float32Array.from({ length: half }, (_, i) => {
    const negative = outputs[i] as number;
    return negative + scale * ((outputs[i + half] as number) - negative);
  });
}

function repeat(values: Float32Array, times: number): Float32Array {
  const result = new Float32Array(values.length * times);
  for (let i = 0; i < times; i++) result.set(values, i * values.length);
  return result;
}

/** Every batch entry `count` times in a row. */
export function repeatEach(keysAndValues: KeysAndValues, count: number): KeysAndValues {
  if (count === 1) return keysAndValues;
  return Object.fromEntries(
    Object.entries(keysAndValues).map(([name, { dims, data }]) => {
      const [batch = 0] = dims;
      const size = data.length / batch;
      const result = float32(dims.with(0, batch * count));
      for (let entry = 0; entry < batch * count; entry++) {
        const source = Math.floor(entry / count) * size;
        result.data.set((data as Float32Array).subarray(source, source + size), entry * size);
      }
      return [name, result];
    }),
  );
}
