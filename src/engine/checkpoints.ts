import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Checkpoints } from '../personalize/method.ts';
import { attempt } from '../result.ts';
import { decodeSafetensors, encodeSafetensors } from '../safetensors.ts';
import { writeWhole } from '../write-whole.ts';
import type { Checkpoint, TeachTask } from './protocol.ts';

/** To be raised when a checkpoint is no longer what it was: then those of before are left unused. */
const format = 1;

/**
 * Checkpoints in a file: the SHA-256 of what follows, then a safetensors file. One that is damaged, or was written for anything
 * else than this very task, is as good as none: the training begins anew then, and ends alike. Where one cannot be written the
 * training goes on, for it needs none as long as nothing interrupts it.
 * @param model id of the base model
 */
export function fileCheckpoints(
  { path, seconds }: Checkpoint,
  model: string,
  task: TeachTask,
  onUnwritten: (error: unknown) => void,
  now: () => number = () => performance.now(),
): Checkpoints {
  const lesson = lessonKey(model, task);
  let saved = now();

  return {
    async load() {
      const file = await readFile(path).catch(() => undefined);
      if (!file) return undefined;
      const [hash, bytes] = [file.subarray(0, hashBytes), file.subarray(hashBytes)];
      if (!hash.equals(hashOf(bytes))) return undefined;
      const read = await attempt(() => decodeSafetensors(bytes));
      return read.ok && read.value.metadata.lesson === lesson ? read.value : undefined;
    },
    due: (last) => last || now() - saved >= seconds * 1000,
    async save({ tensors, metadata }) {
      const bytes = encodeSafetensors(tensors, { ...metadata, lesson });
      await writeWhole(path, Buffer.concat([hashOf(bytes), bytes])).catch(onUnwritten);
      saved = now();
    },
  };
}

const hashBytes = 32;

function hashOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** Says all that decides what is trained: equal for equal lessons alone. */
function lessonKey(model: string, { checkpoint: _, pictures, concepts, ...task }: TeachTask): string {
  const hash = createHash('sha256');
  const earlier = concepts.map(({ token, sha256 }) => [token, sha256]);
  const sizes = pictures.map(({ width, height }) => [width, height]);
  hash.update(JSON.stringify({ ...task, model, format, earlier, sizes }));
  for (const { rgb } of pictures) hash.update(rgb);
  return hash.digest('hex');
}
