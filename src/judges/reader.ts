import { join } from 'node:path';
import { z } from 'zod';
import { planesOf } from '../diffusion/autoencoder.ts';
import { namingRuntime } from '../diffusion/naming-runtime.ts';
import { checkJson, readJson } from '../model-files.ts';
import type { Graph } from '../onnx/graph.ts';
import { readModelFile } from '../onnx/model-file.ts';
import type { PixelImage } from '../pictures/image.ts';
import { fitted } from '../pictures/resize.ts';
import { raise } from '../result.ts';
import type { Runtime, Session } from '../runtime/runtime.ts';

/** What was read in a picture: of each attribute, by its name, the likeliest value and its probability. */
export type Reading = Readonly<Record<string, { readonly value: string; readonly probability: number }>>;

/** Tells what pictures of the sketchbook world show. */
export interface Reader {
  read(images: readonly PixelImage[]): Promise<readonly Reading[]>;
  release(): Promise<void>;
}

/** An attribute, its values in the order of the model's logits. */
export interface ReadAttribute {
  readonly name: string;
  readonly values: readonly string[];
}

const modelFile = 'model.onnx';
const attributesFile = 'attributes.json';
const remedy = 'Use a reader folder that pretraining wrote.';
const readTogether = 32;

const attributesSchema = z
  .array(z.object({ name: z.string().min(1), values: z.array(z.string()).min(1) }))
  .min(1);

/**
 * Opens a reader folder: `model.onnx` takes `pixel_values` [batch, 3, side, side] in −1…1 to `logits` [batch, values of all
 * attributes], and `attributes.json` lists the attributes with their values in that order. Raises 'invalid-model' where
 * a file is missing or damaged, or the two do not fit.
 */
export async function openReader(runtime: Runtime, folder: string): Promise<Reader> {
  const list = checkJson(attributesSchema, await readJson(folder, attributesFile, remedy), attributesFile);
  const path = join(folder, modelFile);
  const { graph } = await readModelFile(path);
  const side = sideOf(graph);
  const logits = widthOf(graph);
  const values = list.reduce((sum, attribute) => sum + attribute.values.length, 0);
  if (logits !== values) {
    raise(
      'invalid-model',
      `${attributesFile} lists ${values} values and ${modelFile} tells ${logits} apart: they are not of one reader. ${remedy}`,
    );
  }
  return createReader(await namingRuntime(runtime, path).open({ path }), list, side);
}

/** A reader of an open session, which it releases. Pictures of another size are stretched to `side` pixels. */
export function createReader(session: Session, attributes: readonly ReadAttribute[], side: number): Reader {
  return {
    async read(images) {
      const readings: Reading[] = [];
      for (let start = 0; start < images.length; start += readTogether) {
        const batch = images.slice(start, start + readTogether);
        const sized = await Promise.all(batch.map((image) => fitted(image, { width: side, height: side })));
        const { logits } = await session.run({ pixel_values: planesOf(sized) });
        const rows = logits?.data as Float32Array;
        const width = rows.length / batch.length;
        for (let at = 0; at < rows.length; at += width)
          readings.push(readingOf(rows.subarray(at, at + width), attributes));
      }
      return readings;
    },
    release: () => session.release(),
  };
}

function sideOf({ inputs }: Graph): number {
  const dims = inputs.find(({ name }) => name === 'pixel_values')?.dims ?? [];
  const [, channels, height, width] = dims;
  if (dims.length === 4 && channels === 3 && height === width && typeof height === 'number') return height;
  return raise(
    'invalid-model',
    `${modelFile} does not take square pictures as pixel_values [batch, 3, side, side]. ${remedy}`,
  );
}

function widthOf({ outputs }: Graph): number {
  const width = outputs.find(({ name }) => name === 'logits')?.dims[1];
  if (typeof width === 'number') return width;
  return raise('invalid-model', `${modelFile} does not give logits [batch, values]. ${remedy}`);
}

/** Softmax of each attribute's logits among themselves, and the largest. */
function readingOf(logits: Float32Array, attributes: readonly ReadAttribute[]): Reading {
  let start = 0;
  return Object.fromEntries(
    attributes.map(({ name, values }) => {
      const own = logits.subarray(start, start + values.length);
      start += values.length;
      const largest = Math.max(...own);
      const place = own.indexOf(largest);
      const total = own.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
      return [name, { value: values[place] as string, probability: 1 / total }];
    }),
  );
}
