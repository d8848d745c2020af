import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import type { Model } from '../../../src/diffusion/model.ts';
import {
  type LessonRecord,
  lessonRecord,
  type StopRecord,
  type StreamRecord,
  stopRecord,
} from '../../../src/evaluation/records.ts';
import type { StreamArchive } from '../../../src/evaluation/stream.ts';
import { decodeConcept, encodeConcept } from '../../../src/personalize/concept-file.ts';
import type { PixelImage } from '../../../src/pictures/image.ts';
import { raise } from '../../../src/result.ts';
import { decodeSafetensors, encodeSafetensors } from '../../../src/safetensors.ts';
import { writeWhole } from '../../../src/write-whole.ts';

/** What a stream keeps, each thing in a file of its own that is there whole or not at all. */
export function openStreamArchive(
  folder: string,
  base: Pick<Model, 'heads' | 'embeddings'>,
  commit: string | null,
): StreamArchive {
  const file = fileIn(folder);
  return {
    async concept(position) {
      if (!(await isThere(file(position, 'lesson.json')))) return undefined;
      const bytes = await readFile(file(position, 'safetensors'));
      return decodeConcept(bytes, base.heads, base.embeddings.width);
    },
    async keepConcept(position, { concept, record }) {
      const bytes = encodeConcept(concept);
      await writeWhole(file(position, 'safetensors'), bytes);
      await writeJson(file(position, 'lesson.json'), { ...record, bytes: bytes.length, commit });
    },
    isMeasured: (position) => isThere(file(position, 'measures.json')),
    keepMeasures: (position, measures) => writeJson(file(position, 'measures.json'), { ...measures, commit }),
  };
}

/** All that a stream of `count` lessons has measured; undefined where it is not through. Raises 'storage-corrupt'. */
export async function readStream(
  folder: string,
  count: number,
): Promise<Pick<StreamRecord, 'lessons' | 'stops'> | undefined> {
  const file = fileIn(folder);
  const lessons: LessonRecord[] = [];
  const stops: StopRecord[] = [];
  for (let position = 1; position <= count; position++) {
    const lesson = await readJson(file(position, 'lesson.json'), lessonRecord);
    const stop = await readJson(file(position, 'measures.json'), stopRecord);
    if (!lesson || !stop) return undefined;
    lessons.push(lesson);
    stops.push(stop);
  }
  return { lessons, stops };
}

/** Pictures of one size in one file. */
export async function keepPictures(path: string, images: readonly PixelImage[]): Promise<void> {
  const { width = 0, height = 0 } = images[0] ?? {};
  const data = new Uint8Array(images.length * width * height * 3);
  for (const [index, { rgb }] of images.entries()) data.set(rgb, index * rgb.length);
  const dims = [images.length, height, width, 3];
  await writeWhole(path, encodeSafetensors(new Map([['pictures', { type: 'uint8', dims, data }]])));
}

/** The pictures kept in a file, undefined where there is none. */
export async function keptPictures(path: string): Promise<readonly PixelImage[] | undefined> {
  if (!(await isThere(path))) return undefined;
  const pictures = decodeSafetensors(await readFile(path)).tensors.get('pictures');
  if (pictures?.type !== 'uint8') return damaged(path);
  const [count = 0, height = 0, width = 0] = pictures.dims;
  const size = 3 * width * height;
  return Array.from({ length: count }, (_, i) => ({
    width,
    height,
    rgb: (pictures.data as Uint8Array).slice(i * size, (i + 1) * size),
  }));
}

/** Whether there is a file or a folder; false also where that cannot be seen. */
export async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** A JSON file's content, undefined where there is none. Raises 'storage-corrupt' where it is not what was written. */
export async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  if (!(await isThere(path))) return undefined;
  const text = await readFile(path, 'utf8');
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return damaged(path);
  }
}

/** Writes all of it or leaves what was there; with an indentation of two. */
export function writeJson(path: string, value: unknown): Promise<void> {
  return writeWhole(path, `${JSON.stringify(value, null, 2)}\n`);
}

function fileIn(folder: string) {
  return (position: number, what: string) => join(folder, `${String(position).padStart(2, '0')}.${what}`);
}

function damaged(path: string): never {
  return raise(
    'storage-corrupt',
    `${path} is damaged or of another version: remove it and run the command again.`,
  );
}
