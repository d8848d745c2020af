import type { SamplingHooks } from '../diffusion/denoise.ts';
import { filledUp } from '../diffusion/filled-up.ts';
import type { KeysAndValues } from '../diffusion/heads.ts';
import type { Model } from '../diffusion/model.ts';
import type { TextBatch, TextSide } from '../diffusion/text-side.ts';
import { textsIn } from '../diffusion/texts.ts';
import type { Trunk, TrunkStep } from '../diffusion/trunk.ts';
import { joinTensors, rowsOf } from '../onnx/join.ts';
import type { Tensor } from '../onnx/tensor.ts';
import type { PixelImage } from '../pictures/image.ts';
import type { TaskContext } from './task.ts';
import { type SharedWork, shared, type Work } from './together.ts';

/** What drawings of all servers have in common, so that those which wait for it at the same time go through it together. */
export interface SharedModel {
  readonly texts: SharedWork<TextBatch, KeysAndValues>;
  readonly trunk: SharedWork<TrunkStep, Tensor<'float32'>>;
  readonly decoder: SharedWork<Tensor<'float32'>, readonly PixelImage[]>;
  /** The most entries that go through each at once. */
  readonly most: { readonly trunk: number; readonly decoder: number };
}

export interface SharingOptions {
  /** The most pictures that are drawn at once; a guided one is two entries of the trunk's batch. */
  readonly pictures: number;
  /** Whether the runtime opens a session for each size of a batch. They are few then: powers of two, filled up with zeros. */
  readonly fewSizes: boolean;
}

/**
 * Keys and values are inputs of the trunk, so its batch may hold pictures of several servers, each with its own concepts, prompt,
 * seed, sampler and place on its way.
 */
export function shareModel(
  { textSide, trunk, autoencoder }: Model,
  { pictures, fewSizes }: SharingOptions,
): SharedModel {
  const most = { trunk: 2 * pictures, decoder: pictures };
  const sizeFor = (most: number) => (entries: number) =>
    fewSizes ? Math.min(most, 2 ** Math.ceil(Math.log2(entries))) : entries;
  return {
    texts: shared(textWork(textSide, most.trunk, sizeFor(most.trunk))),
    trunk: shared(trunkWork(trunk, most.trunk, sizeFor(most.trunk))),
    decoder: shared(decoderWork(autoencoder, most.decoder, sizeFor(most.decoder))),
    most,
  };
}

/** The hooks of a drawing whose steps may be done with others'. */
export function sharingHooks(
  { texts, trunk, decoder, most }: SharedModel,
  { step, together }: TaskContext,
): Required<Omit<SamplingHooks, 'onStep'>> {
  return {
    turn: (action) => step('drawing', action),
    project: (batch) => together(texts, batch),
    async predict(whole) {
      const parts = chunksOf(whole.timesteps.length, most.trunk).map((rows) => partOf(whole, rows));
      return joinTensors(await Promise.all(parts.map((part) => together(trunk, part))));
    },
    async decode(latents) {
      const parts = chunksOf(latents.dims[0] ?? 0, most.decoder).map((rows) => rowsOf(latents, rows));
      return (await Promise.all(parts.map((part) => together(decoder, part)))).flat();
    },
  };
}

type SizeFor = (entries: number) => number;

/** Servers whose concepts have their weights where their tokens stand read all other words with the same matrices. */
function textWork(textSide: TextSide, most: number, sizeFor: SizeFor): Work<TextBatch, KeysAndValues> {
  const entries = ({ embeddings }: TextBatch) => embeddings.dims[0] ?? 0;
  const numberOf = numbering<Float32Array>();
  const kind = ({ weights }: TextBatch) => String(Array.from(weights.values(), numberOf));
  return {
    choose: (waiting) => fitting(waiting, { entries, kind, most }),
    async run(batches) {
      const ranges = rangesOf(batches.map(entries));
      const size = sizeFor(ranges.at(-1)?.[1] ?? 0);
      const embeddings = joinTensors(
        batches.map((batch) => batch.embeddings),
        size,
      );
      const positions = batches.flatMap((batch, index) =>
        batch.positions.map((place) => ({ ...place, text: place.text + (ranges[index]?.[0] ?? 0) })),
      );
      const projected = await textSide.project(embeddings, batches[0]?.weights ?? new Map(), positions);
      return ranges.map((rows) => textsIn(projected, rows));
    },
  };
}

function trunkWork(trunk: Trunk, most: number, sizeFor: SizeFor): Work<TrunkStep, Tensor<'float32'>> {
  const entries = (step: TrunkStep) => step.timesteps.length;
  const kind = ({ sample, timesteps }: TrunkStep) =>
    String([...sample.dims.slice(1), trunk.takesOneTimestep && timesteps[0]]);
  return {
    choose: (waiting) => fitting(waiting, { entries, kind, most }),
    async run(steps) {
      const timesteps = steps.flatMap((step) => step.timesteps);
      const size = sizeFor(timesteps.length);
      const samples = steps.map(({ sample }) => sample);
      const output = await trunk.predict(
        joinTensors(samples, size),
        filledUp(timesteps, size),
        filledUp(
          steps.flatMap(({ texts }) => texts),
          size,
        ),
      );
      return rangesOf(steps.map(entries)).map((rows) => rowsOf(output as Tensor<'float32'>, rows));
    },
  };
}

function decoderWork(
  { decode }: Model['autoencoder'],
  most: number,
  sizeFor: SizeFor,
): Work<Tensor<'float32'>, readonly PixelImage[]> {
  const entries = ({ dims }: Tensor) => dims[0] ?? 0;
  const kind = ({ dims }: Tensor) => String(dims.slice(1));
  return {
    choose: (waiting) => fitting(waiting, { entries, kind, most }),
    async run(latents) {
      const sizes = latents.map(entries);
      const images = await decode(joinTensors(latents, sizeFor(sizes.reduce((sum, size) => sum + size, 0))));
      return rangesOf(sizes).map(([from, to]) => images.slice(from, to));
    },
  };
}

interface Fit<Item> {
  readonly entries: (item: Item) => number;
  /** Only items of one kind go together. */
  readonly kind: (item: Item) => string;
  readonly most: number;
}

/** The first of what waits and, while there is room, what is of its kind. */
function fitting<Item>(waiting: readonly Item[], { entries, kind, most }: Fit<Item>): readonly Item[] {
  const [first] = waiting;
  const wanted = first === undefined ? '' : kind(first);
  let room = most;
  return waiting.filter((item) => {
    const fits = entries(item) <= room && kind(item) === wanted;
    if (fits) room -= entries(item);
    return fits;
  });
}

type Rows = readonly [from: number, to: number];

/** Where things of these sizes lie, one after another. */
function rangesOf(sizes: readonly number[]): readonly Rows[] {
  let at = 0;
  return sizes.map((size) => {
    const from = at;
    at += size;
    return [from, at];
  });
}

function chunksOf(length: number, most: number): readonly Rows[] {
  return Array.from({ length: Math.ceil(length / most) }, (_, index) => [
    index * most,
    Math.min(length, (index + 1) * most),
  ]);
}

function partOf({ sample, timesteps, texts }: TrunkStep, rows: Rows): TrunkStep {
  return {
    sample: rowsOf(sample, rows),
    timesteps: timesteps.slice(...rows),
    texts: texts.slice(...rows),
  };
}

/** A number for each thing, the same whenever it comes again. */
function numbering<Thing extends object>(): (thing: Thing) => number {
  const numbers = new WeakMap<Thing, number>();
  let count = 0;
  return (thing) => {
    const number = numbers.get(thing) ?? count++;
    numbers.set(thing, number);
    return number;
  };
}
