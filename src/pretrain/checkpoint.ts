import { readFile } from 'node:fs/promises';
import { float32, type Tensor } from '../onnx/tensor.ts';
import type { AdamWState } from '../optimizer/adamw.ts';
import { decodeSafetensors, encodeSafetensors } from '../safetensors.ts';
import { writeWhole } from '../write-whole.ts';
import type { Parameters } from './nets/net.ts';
import type { Trainer } from './trainer.ts';

/** All that a run needs to go on as if it had not been interrupted. */
export interface Checkpoint {
  readonly parameters: Parameters;
  readonly average: Parameters;
  readonly moments: ReadonlyMap<string, AdamWState>;
  readonly steps: number;
  readonly curve: LossCurve;
}

/** How the loss went so far. */
export interface LossCurve {
  /** Mean loss of each block of steps. */
  readonly blocks: readonly number[];
  /** The losses of the block that is not full yet. */
  readonly pending: readonly number[];
}

const prefixes = { parameters: 'weight/', average: 'average/', first: 'first/', second: 'second/' } as const;

/** Writes all of a run's state to one file, which replaces the earlier one only when it is whole. */
export async function writeCheckpoint(path: string, trainer: Trainer, curve: LossCurve): Promise<void> {
  const tensors = new Map<string, Tensor>();
  for (const [name, { dims, data }] of trainer.parameters)
    tensors.set(prefixes.parameters + name, float32(dims, data));
  for (const [name, { dims, data }] of trainer.average)
    tensors.set(prefixes.average + name, float32(dims, data));
  for (const [name, { first, second }] of trainer.moments) {
    tensors.set(prefixes.first + name, float32([first.length], first));
    tensors.set(prefixes.second + name, float32([second.length], second));
  }
  const [moments] = trainer.moments.values();
  const bytes = encodeSafetensors(tensors, {
    steps: String(trainer.steps),
    updates: String(moments?.step ?? 0),
    losses: JSON.stringify(curve.blocks),
    pending: JSON.stringify(curve.pending),
  });
  await writeWhole(path, bytes);
}

/** The state kept at `path`, or undefined where there is none yet. */
export async function readCheckpoint(path: string): Promise<Checkpoint | undefined> {
  const bytes = await readFile(path).catch(() => undefined);
  if (bytes === undefined) return undefined;
  const { tensors, metadata } = decodeSafetensors(bytes);
  const steps = Number(metadata.steps);
  const updates = Number(metadata.updates ?? metadata.steps);
  const parameters: Parameters = new Map();
  const average: Parameters = new Map();
  const moments = new Map<string, AdamWState>();
  const read = (name: string) => Float32Array.from((tensors.get(name) as Tensor<'float32'>).data);
  for (const [key, { dims }] of tensors) {
    if (!key.startsWith(prefixes.parameters)) continue;
    const name = key.slice(prefixes.parameters.length);
    parameters.set(name, { dims, data: read(key) });
    average.set(name, { dims, data: read(prefixes.average + name) });
    moments.set(name, {
      step: updates,
      first: read(prefixes.first + name),
      second: read(prefixes.second + name),
    });
  }
  const curve = {
    blocks: JSON.parse(metadata.losses ?? '[]'),
    pending: JSON.parse(metadata.pending ?? '[]'),
  };
  return { parameters, average, moments, steps, curve };
}
