import { readFile } from 'node:fs/promises';
import { float32, type Tensor } from '../onnx/tensor.ts';
import type { AdamWState } from '../optimizer/adamw.ts';
import { attempt, raise } from '../result.ts';
import { decodeSafetensors, encodeSafetensors } from '../safetensors.ts';
import { writeWhole } from '../write-whole.ts';
import type { Parameters } from './nets/net.ts';
import type { Trainer } from './trainer.ts';

/** All that a run needs to go on as if it had not been interrupted. */
export interface Checkpoint {
  /** The stage's. */
  readonly seed: number;
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
export async function writeCheckpoint(
  path: string,
  seed: number,
  trainer: Trainer,
  curve: LossCurve,
): Promise<void> {
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
    seed: String(seed),
    steps: String(trainer.steps),
    updates: String(moments?.step ?? 0),
    losses: JSON.stringify(curve.blocks),
    pending: JSON.stringify(curve.pending),
  });
  await writeWhole(path, bytes);
}

/**
 * The state kept at `path`, or undefined where there is none yet. Raises 'storage-corrupt' where it is damaged; a file that is
 * there and cannot be read is an error, for a run begun anew would write over it.
 */
export async function readCheckpoint(path: string): Promise<Checkpoint | undefined> {
  const bytes = await readFile(path).catch(absent);
  if (bytes === undefined) return undefined;
  const decoded = await attempt(() => decodeSafetensors(bytes));
  if (!decoded.ok)
    return raise(
      'storage-corrupt',
      `${path} is damaged. Remove it, and this part is trained from its start.`,
    );
  const { tensors, metadata } = decoded.value;
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
  return { seed: Number(metadata.seed), parameters, average, moments, steps, curve };
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
