import type { Graph, ValueInfo } from '../onnx/graph.ts';
import type { Tensor } from '../onnx/tensor.ts';
import { raise } from '../result.ts';

/** The trunk's inputs besides keys and values. */
export interface TrunkInputs {
  readonly sample: ValueInfo;
  readonly timestep: ValueInfo;
}

/** Raises 'invalid-model' where one of them is missing. */
export function trunkInputs(trunk: Graph): TrunkInputs {
  const sample = trunk.inputs.find((input) => input.dims.length === 4);
  const timestep = trunk.inputs.find((input) => input.dims.length <= 1);
  if (sample === undefined || timestep === undefined) {
    return raise(
      'invalid-model',
      'The U-Net has no input for noisy latents or none for the timestep. Export the model anew.',
    );
  }
  return { sample, timestep };
}

/** Timesteps in the type and shape that the exporter gave the input; a fraction is cut off, as diffusers does. */
export function timestepTensor(input: ValueInfo, timesteps: readonly number[]): Tensor {
  if (takesOne(input) && timesteps.some((timestep) => timestep !== timesteps[0])) refuseOneTimestep();
  const values = takesOne(input) ? timesteps.slice(0, 1) : timesteps;
  const dims = input.dims.length === 0 ? [] : [values.length];
  switch (input.type) {
    case 'int64':
      return { type: 'int64', dims, data: BigInt64Array.from(values, (value) => BigInt(Math.trunc(value))) };
    case 'int32':
      return { type: 'int32', dims, data: Int32Array.from(values, Math.trunc) };
    case 'float32':
      return { type: 'float32', dims, data: Float32Array.from(values) };
    default:
      return raise(
        'invalid-model',
        `The U-Net takes its timestep as ${input.type}, which no public export does. Export the model anew.`,
      );
  }
}

/** Whether all pictures of a batch are at the same timestep, as in drawing. */
export function takesOne({ dims }: ValueInfo): boolean {
  return dims.length === 0 || dims[0] === 1;
}

/** Raises 'invalid-model': each picture of a training batch stands at a timestep of its own. */
export function refuseOneTimestep(): never {
  return raise(
    'invalid-model',
    'The U-Net takes one timestep for all pictures of a batch, so it can draw but not be taught. Export it with a timestep for each picture.',
  );
}
