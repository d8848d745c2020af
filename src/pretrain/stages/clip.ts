import { planesOf } from '../../diffusion/autoencoder.ts';
import type { Tokenizer } from '../../diffusion/tokenizer.ts';
import { cosine, unitLength } from '../../judges/alignment.ts';
import type { Tensor } from '../../onnx/tensor.ts';
import type { PixelImage } from '../../pictures/image.ts';
import type { Uniform } from '../../random.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { type DrawnPictures, sampleAt } from '../drawn-pictures.ts';
import { misdrawnPlanes } from '../misdrawn.ts';
import { type ClipConfig, contrastiveLoss, imageEncoder, textEmbedding } from '../nets/clip.ts';
import { createNet, type Net, type Parameters } from '../nets/net.ts';
import { pictureSheet } from '../sheets/pictures.ts';
import { sheetPrompts } from '../sheets/prompts.ts';
import { clipTextGraph, clipVisionGraph } from '../shipped/clip.ts';
import { clipConfig, sketchbookTokenizer } from '../sketchbook.ts';
import type { Stage } from '../stage.ts';
import { tellingCaption } from '../telling.ts';
import { inputIds } from './diffusion.ts';

/** A caption that says little is true of several pictures of a batch, and then the right answer is a matter of luck. */
const tellingShare = 0.75;
/** Share of pictures in colours that the training world does not have. */
const unusualShare = 0.3;
const sheetColumns = 8;

export interface ClipStageOptions extends DrawnPictures {
  readonly runtime: Runtime;
  /** Drawings of `sampleUnusualDrawing`: what a style or a place is must not hang on the colours that the model knows it in. */
  readonly unusual: DrawnPictures;
  /** Pictures that the sheet chooses from; 100 or more leave it a choice. */
  readonly heldOut: readonly PixelImage[];
  readonly steps: number;
  /** Pictures a step. Each of the parts contrasts its own pictures and captions alone. */
  readonly batch: number;
  readonly parts: number;
  readonly seed: number;
  readonly config?: ClipConfig;
}

/**
 * Trains the image–text encoder pair to find a picture's caption among those of a batch, and the caption's picture
 * (Radford et al. 2021, fig. 3). The sheet has a row for each of the sheet prompts: the held-out pictures nearest to it,
 * nearest first.
 */
export function clipStage(options: ClipStageOptions): Stage {
  const { runtime, heldOut, batch, parts, config = clipConfig() } = options;
  const tokenizer = sketchbookTokenizer();
  return {
    name: 'clip',
    steps: options.steps,
    parts,
    seed: options.seed,
    learningRate: 1e-3,
    averageDecay: 0.999,
    weightDecay: 0.05,
    sheetEverySteps: 500,
    net: (random, known) => pairLoss(config, batch / parts, random, known),
    batch: async (random) => randomPairs(options, tokenizer, random),
    async sheet({ average }) {
      const nearest = await nearestPictures(runtime, config, average, tokenizer, heldOut);
      return pictureSheet(nearest.flat(), Math.min(sheetColumns, heldOut.length));
    },
  };
}

function pairLoss(config: ClipConfig, pairs: number, random: Uniform, known?: Parameters): Net {
  const net = createNet('clip', random, known);
  const { builder } = net;
  const { pixels, text } = config;
  const image = builder.input('pixel_values', 'float32', [pairs, 3, pixels, pixels]);
  const ids = builder.input('input_ids', 'int64', [pairs, text.maxTokens]);
  const loss = contrastiveLoss(net, imageEncoder(net, config, image), textEmbedding(net, config, ids), pairs);
  builder.output(loss, 'float32', []);
  return net;
}

function randomPairs(
  { unusual, batch, ...usual }: ClipStageOptions,
  tokenizer: Tokenizer,
  random: Uniform,
): Readonly<Record<string, Tensor>> {
  const samples = Array.from({ length: batch }, () => {
    const source = random() < unusualShare ? unusual : usual;
    return sampleAt(source, Math.floor(random() * source.drawings.length), random);
  });
  const captions = samples.map(({ drawing }) => tellingCaption(drawing, tellingShare, random));
  const pixels = misdrawnPlanes(
    samples.map(({ image }) => image),
    random,
  );
  return { pixel_values: pixels, input_ids: inputIds(tokenizer, captions) };
}

/** For each sheet prompt a row of pictures, by falling cosine. */
async function nearestPictures(
  runtime: Runtime,
  config: ClipConfig,
  parameters: Parameters,
  tokenizer: Tokenizer,
  images: readonly PixelImage[],
): Promise<readonly (readonly PixelImage[])[]> {
  const vision = await runtime.open(clipVisionGraph(config, parameters));
  const text = await runtime.open(clipTextGraph(config, parameters));
  const { image_embeds } = await vision.run({ pixel_values: planesOf(images) });
  const { text_embeds } = await text.run({ input_ids: inputIds(tokenizer, sheetPrompts) });
  await vision.release();
  await text.release();
  const [pictures, prompts] = [unitRows(image_embeds as Tensor), unitRows(text_embeds as Tensor)];
  return prompts.map((prompt) => {
    const cosines = pictures.map((picture) => cosine(picture, prompt));
    return images
      .map((image, index) => ({ image, cosine: cosines[index] as number }))
      .toSorted((a, b) => b.cosine - a.cosine)
      .slice(0, sheetColumns)
      .map(({ image }) => image);
  });
}

function unitRows({ dims: [rows = 0, width = 0], data }: Tensor): readonly Float32Array[] {
  return Array.from({ length: rows }, (_, row) =>
    unitLength((data as Float32Array).subarray(row * width, (row + 1) * width)),
  );
}
