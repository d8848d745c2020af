import { withSkipSizes } from '../onnx/cut/skip-sizes.ts';
import type { CutUnet } from '../onnx/cut/unet.ts';
import type { Tensor } from '../onnx/tensor.ts';
import type { Precision, Runtime, Session } from '../runtime/runtime.ts';
import type { TextValues } from './texts.ts';
import { narrowInputs, type TrainingShape } from './training/trunk-gradient.ts';
import { openTrunkTraining, type TrunkTraining } from './training/trunk-training.ts';
import { takesOne, timestepTensor, trunkInputs } from './trunk-inputs.ts';
import { readingTrunk } from './trunk-texts.ts';

/** What the trunk makes one output of. */
export interface TrunkStep {
  /** [batch, channels, height, width] */
  readonly sample: Tensor<'float32'>;
  /** One for each of the batch. */
  readonly timesteps: readonly number[];
  /** For each of the batch the one that it reads. */
  readonly texts: readonly TextValues[];
}

/** The U-Net without its text side: the same for every server and concept. */
export interface Trunk {
  /**
   * The model's output for noisy latents.
   * @param sample [batch, channels, height, width]
   * @param timesteps one for each of the batch
   * @param texts likewise the one that it reads
   */
  predict(sample: Tensor, timesteps: readonly number[], texts: readonly TextValues[]): Promise<Tensor>;
  /** What it is computed in. */
  readonly precision: Precision;
  /** Whether all of a batch must be at the same timestep. */
  readonly takesOneTimestep: boolean;
  /** The one size of batches that it is ready for, where getting ready for another takes seconds; undefined where it takes none. */
  readonly readyBatch: number | undefined;
  /** Opens the trunk's gradient for one batch size and latent size. */
  training(shape: Omit<TrainingShape, 'selected'>): Promise<TrunkTraining>;
  /** Gives back the memory that is held for other sizes than the last one drawn; absent where none is. */
  readonly spare?: Session['spare'];
  release(): Promise<void>;
}

/**
 * Opens the trunk of a cut U-Net; its gradient only where training is asked for. Raises 'invalid-model' where the trunk has no input for
 * latents or none for the timestep.
 * @param folder that of the U-Net's external weights
 * @param prepare a shape of batches that a GPU gets ready for at once, so that what it cannot run is known now
 */
export async function openTrunk(
  runtime: Runtime,
  cut: CutUnet,
  folder: string,
  prepare?: TrainingShape,
): Promise<Trunk> {
  const inputs = trunkInputs(cut.trunk);
  const output = cut.trunk.outputs[0]?.name ?? '';
  const half = runtime.precision === 'float16' ? { half: { narrow: narrowInputs(cut) } } : {};
  const training = { externalDataFolder: folder, ...half };
  const reading = readingTrunk(runtime, cut, prepare);
  const forward = await runtime.open(withSkipSizes(reading.graph) ?? reading.graph, {
    externalDataFolder: folder,
    toServe: true,
    ...reading.open,
  });

  return {
    precision: runtime.precision,
    takesOneTimestep: takesOne(inputs.timestep),
    readyBatch: runtime.fixesShapes ? prepare?.batch : undefined,
    async predict(sample, timesteps, texts) {
      const results = await forward.run({
        ...reading.feeds(texts),
        [inputs.sample.name]: sample,
        [inputs.timestep.name]: timestepTensor(inputs.timestep, timesteps),
      });
      return results[output] as Tensor;
    },
    training: (shape) => openTrunkTraining({ runtime, cut, spare: forward.spare, open: training }, shape),
    ...(forward.spare && { spare: forward.spare }),
    release: () => forward.release(),
  };
}
