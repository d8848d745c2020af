import { float32, type Tensor } from '../onnx/tensor.ts';
import type { PixelImage } from '../pictures/image.ts';
import { raise } from '../result.ts';
import type { Precision } from '../runtime/runtime.ts';
import type { KeysAndValues } from './heads.ts';
import type { Scheduler } from './schedulers/sampler.ts';
import type { TextBatch } from './text-side.ts';
import type { TextValues } from './texts.ts';
import type { Trunk, TrunkStep } from './trunk.ts';

/** What pictures are drawn from and towards; each picture is a batch entry and may have a prompt and weights of its own. */
export interface Sampling {
  /** Standard Gaussian noise, [pictures, channels, height, width]. */
  readonly noise: Tensor<'float32'>;
  /** Each picture's prompt; with guidance, the negative prompts come first. */
  readonly texts: readonly TextValues[];
  /** s of ε = ε(negative) + s·(ε(prompt) − ε(negative)), which is 1 + w of Ho & Salimans 2022, eq. 6; undefined draws without. */
  readonly guidanceScale: number | undefined;
  readonly scheduler: Scheduler;
  /** Fresh standard Gaussian noise after each evaluation, shaped as `noise`; lcm alone uses it. */
  readonly noiseAfter?: (evaluation: number) => Float32Array;
}

/** How a drawing gets its turns, and who computes for it: drawings of several servers may share runs of the same model. */
export interface SamplingHooks {
  /** Runs one step when the process has time for it. */
  turn<T>(action: () => Promise<T>): Promise<T>;
  onStep(step: number, steps: number, latents: Tensor<'float32'>): void | Promise<void>;
  /** Runs the trunk when the process has time for it, maybe for several drawings at once; for this one, in a turn, where absent. */
  predict?(step: TrunkStep): Promise<Tensor>;
  /** Likewise the base model's text side. */
  project?(texts: TextBatch): Promise<KeysAndValues>;
  /** Likewise the decoder. */
  decode?(latents: Tensor<'float32'>): Promise<readonly PixelImage[]>;
}

/**
 * From noise to clean latents, the trunk alone at every step. Raises 'engine-down' where it answers with no numbers in half precision,
 * and 'invalid-file' in single, in which a model that was tried out does so with weights of concepts alone.
 */
export async function denoise(
  trunk: Pick<Trunk, 'precision' | 'predict'>,
  sampling: Sampling,
  hooks: SamplingHooks,
): Promise<Tensor<'float32'>> {
  const { noise, texts, guidanceScale, scheduler, noiseAfter } = sampling;
  const times = guidanceScale === undefined ? 1 : 2;
  const dims = noise.dims.with(0, (noise.dims[0] ?? 0) * times);
  const alone = (step: TrunkStep) => hooks.turn(() => trunk.predict(step.sample, step.timesteps, step.texts));
  const predict = hooks.predict ?? alone;
  let latents = noise.data.map((value) => value * scheduler.initialNoiseScale);
  for (const [i, timestep] of scheduler.timesteps.entries()) {
    const sample = float32(dims, repeat(scheduler.scaleInput(latents, i), times));
    const timesteps = new Array<number>(dims[0] ?? 0).fill(timestep);
    const output = await predict({ sample, timesteps, texts });
    const prediction = guide(requireFinite(output.data as Float32Array, trunk.precision), guidanceScale);
    const fresh = noiseAfter && (() => noiseAfter(i));
    latents = scheduler.step(prediction, i, latents, fresh) as Float32Array<ArrayBuffer>;
    await hooks.onStep(i + 1, scheduler.timesteps.length, float32(noise.dims, latents));
  }
  return float32(noise.dims, latents);
}

/** Numbers that are none would end as black pictures. */
function requireFinite(values: Float32Array, precision: Precision): Float32Array {
  if (values.every(Number.isFinite)) return values;
  if (precision === 'float16')
    return raise(
      'engine-down',
      'The model cannot draw in half precision: its numbers are too large for it. Set PRECISION=float32.',
    );
  return raise(
    'invalid-file',
    'Nothing was drawn: a concept in the prompt changes the model by more than its numbers can hold. Leave one <newN> after another out to find which, and /forget it. Where none is in it, the model is broken: tell whoever runs the bot.',
  );
}

/** Where guided, the first half of `outputs` is for the negative prompts, the second for the prompts. */
function guide(outputs: Float32Array, scale: number | undefined): Float32Array {
  if (scale === undefined) return outputs;
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
