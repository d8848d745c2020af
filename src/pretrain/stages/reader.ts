import { createReader } from '../../judges/reader.ts';
import { float32, type Tensor } from '../../onnx/tensor.ts';
import type { Uniform } from '../../random.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { attributeIndices, attributeList, type Drawing } from '../../world/index.ts';
import { pick } from '../../world/random.ts';
import { type DrawnPictures, type DrawnSample, sampleAt } from '../drawn-pictures.ts';
import { misdrawnPlanes } from '../misdrawn.ts';
import { createNet, type Net, type Parameters } from '../nets/net.ts';
import { attributesLoss, logitCount, type ReaderConfig, reader } from '../nets/reader.ts';
import { rehearsed } from '../rehearsal.ts';
import { readingSheet } from '../sheets/readings.ts';
import { readerConfig, readerGraph } from '../shipped/reader.ts';
import type { Stage } from '../stage.ts';

/** Share of training pictures that show what only teaching shows: the reader must know it, the model must not. */
const particularShare = 0.2;

export interface ReaderStageOptions extends DrawnPictures {
  readonly runtime: Runtime;
  /** Drawings of `sampleParticularDrawing`. */
  readonly further: DrawnPictures;
  /** What the sheet is read from: drawings of other seeds. */
  readonly heldOut: DrawnPictures;
  readonly steps: number;
  readonly batch: number;
  readonly parts: number;
  readonly seed: number;
  readonly config?: ReaderConfig;
}

/** Trains the network that tells from a picture what its drawing shows. */
export function readerStage(options: ReaderStageOptions): Stage {
  const { runtime, further, heldOut, batch, config = readerConfig } = options;
  const [own, others] = [sourceOf(options), sourceOf(further)];
  return {
    name: 'reader',
    steps: options.steps,
    parts: options.parts,
    seed: options.seed,
    learningRate: 2e-3,
    averageDecay: 0.998,
    weightDecay: 0.01,
    sheetEverySteps: 500,
    net: (random, known) => readerLoss(config, batch / options.parts, random, known),
    batch: async (random) => drawnBatch(own, others, batch, random),
    async sheet({ average }) {
      const session = await runtime.open(readerGraph(config, average));
      const opened = createReader(session, attributeList, config.pixels);
      const readings = await opened.read(heldOut.images);
      await opened.release();
      return readingSheet(heldOut.drawings, heldOut.images, readings);
    },
  };
}

/** Training graph: `image` [batch, 3, pixels, pixels] in −1…1 and `targets` [batch, Σ values], 1 where an attribute has the value. */
export function readerLoss(config: ReaderConfig, batch: number, random: Uniform, known?: Parameters): Net {
  const net = createNet('reader', random, known);
  const { pixels } = config;
  const image = net.builder.input('image', 'float32', [batch, 3, pixels, pixels]);
  const targets = net.builder.input('targets', 'float32', [batch, logitCount(config)]);
  net.builder.output(attributesLoss(net, config, reader(net, config, image), targets), 'float32', []);
  return net;
}

/** Pictures, and which of them samples are drawn from. */
interface Source {
  readonly pictures: DrawnPictures;
  readonly indices: readonly number[];
}

function sourceOf(pictures: DrawnPictures): Source {
  return { pictures, indices: rehearsed(pictures.drawings) };
}

function drawnBatch(
  own: Source,
  others: Source,
  batch: number,
  random: Uniform,
): Readonly<Record<string, Tensor>> {
  const samples = Array.from({ length: batch }, () =>
    sampleFrom(random() < particularShare ? others : own, random),
  );
  const image = misdrawnPlanes(
    samples.map((sample) => sample.image),
    random,
  );
  return { image, targets: targetsOf(samples.map(({ drawing }) => drawing)) };
}

function sampleFrom({ pictures, indices }: Source, random: Uniform): DrawnSample {
  return sampleAt(pictures, pick(random, indices), random);
}

/** A row for each drawing, 1 at each attribute's value, [drawings, Σ values]. */
export function targetsOf(drawings: readonly Drawing[]): Tensor<'float32'> {
  const width = attributeList.reduce((sum, { values }) => sum + values.length, 0);
  const targets = float32([drawings.length, width]);
  drawings.forEach((drawing, row) => {
    let start = row * width;
    attributeIndices(drawing).forEach((value, attribute) => {
      targets.data[start + value] = 1;
      start += attributeList[attribute]!.values.length;
    });
  });
  return targets;
}
