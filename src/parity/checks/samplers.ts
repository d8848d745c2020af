import { denoise } from '../../diffusion/denoise.ts';
import { noiseScheduleOf, type SchedulerConfig } from '../../diffusion/schedulers/config.ts';
import { createScheduler } from '../../diffusion/schedulers/scheduler.ts';
import { embed } from '../../diffusion/taught-model.ts';
import { eachText, type TextValues } from '../../diffusion/texts.ts';
import { float32, type Tensor } from '../../onnx/tensor.ts';
import { type Check, compared, type Scene, skipped } from '../check.ts';
import { relativeError } from '../relative-error.ts';
import { afterTraining, encodingsAt } from '../taught.ts';

const steps = 10;
const guidanceScale = 7.5;

/** Samplers that another implementation gives the same pictures with: they add no noise of their own. */
const withoutChance = ['ddim', 'dpmpp_2m', 'dpmpp_2m_karras', 'euler', 'pndm'] as const;

/** Where a sampler of the reference leaves its own defaults; the noise schedule is the model's. */
const conventions: Readonly<Record<string, Partial<SchedulerConfig>>> = {
  ddim: { timestep_spacing: 'leading', steps_offset: 1, set_alpha_to_one: false, clip_sample: false },
  pndm: { skip_prk_steps: true, steps_offset: 1 },
};

/** Pictures drawn with the trained weights. */
export const samplers: Check = {
  name: 'samplers',
  optional: ['sample'],
  async *run(scene) {
    const { model, reference } = scene;
    const texts = await trainedTexts(scene);
    const noise = reference.floats('sample_noise');
    for (const name of withoutChance) {
      const key = `sample/${name}/`;
      if (reference.under(key).length === 0) {
        yield skipped(name, 'not in the reference');
        continue;
      }
      const config = { ...noiseScheduleOf(model.folder.scheduler), ...conventions[name] };
      const scheduler = createScheduler(name, config, steps);
      const timesteps = float32([scheduler.timesteps.length], scheduler.timesteps);
      const latents = await denoise(
        model.trunk,
        { noise, texts, guidanceScale, scheduler },
        { turn: (action) => action(), onStep() {} },
      );
      yield compared(
        `${name}, ${timesteps.data.length} evaluations`,
        relativeError(timesteps, reference.floats(`${key}timesteps`)),
        relativeError(latents, reference.floats(`${key}latents`)),
      );
      if (name === 'ddim')
        yield compared(
          'picture of ddim',
          relativeError(await decode(scene, latents), reference.floats(`${key}image`)),
        );
    }
  },
};

/** Of the empty prompt, then of the second prompt, under the reference's weights and embedding after training. */
async function trainedTexts(scene: Scene): Promise<readonly TextValues[]> {
  const model = afterTraining(scene);
  const [, second] = encodingsAt(scene.reference, 'input_ids');
  const encodings = [...encodingsAt(scene.reference, 'uncond_ids'), ...(second ? [second] : [])];
  const { textSide } = model.base;
  return eachText(await textSide.project(embed(model, encodings), model.weights));
}

function decode({ model }: Scene, latents: Tensor<'float32'>): Promise<Tensor> {
  const { latentScale, latentShift } = model.folder;
  const unscaled = latents.data.map((value) => value / latentScale + latentShift);
  return model.autoencoder.raw.decode(float32(latents.dims, unscaled));
}
