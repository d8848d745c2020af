import type { Model } from '../../../src/diffusion/model.ts';
import {
  heldOutDrawings,
  heldOutParticulars,
  type PromptScript,
  promptScripts,
} from '../../../src/evaluation/base-model/held-out.ts';
import type { ModelMeasures, ReaderScore } from '../../../src/evaluation/base-model/measures.ts';
import { type PairScore, pairScore } from '../../../src/evaluation/base-model/nearest.ts';
import { promptGroups, promptScore } from '../../../src/evaluation/base-model/prompt-scores.ts';
import type { ModelSettings } from '../../../src/evaluation/base-model/settings.ts';
import {
  type AutoencoderScore,
  autoencoderScore,
} from '../../../src/evaluation/base-model/signal-to-noise.ts';
import type { Clip } from '../../../src/judges/clip.ts';
import type { Reader, Reading } from '../../../src/judges/reader.ts';
import { readerAccuracy } from '../../../src/judges/reader-accuracy.ts';
import type { PixelImage } from '../../../src/pictures/image.ts';
import { type Drawing, renderPixels } from '../../../src/world/index.ts';
import type { KnownJudges } from './judges.ts';
import { fewAtATime, type Watch } from './watch.ts';

/** What the measuring is done with. */
export interface MeasuringTools {
  readonly base: Model;
  readonly judges: KnownJudges;
  readonly settings: ModelSettings;
  readonly watch: Watch;
}

/**
 * Everything that the tools allow to measure.
 * @param drawn the model's pictures of the first prompts, as many as are to be judged or more
 */
export async function measureModel(
  tools: MeasuringTools,
  drawn: readonly PixelImage[],
): Promise<ModelMeasures> {
  const { clip, reader } = tools.judges;
  return {
    autoencoder: canEncode(tools.base) ? await measureAutoencoder(tools) : null,
    reader: reader && (await measureReader(tools, reader.judge)),
    prompts: reader && (await measurePrompts(tools, reader.judge, drawn)),
    pair: clip && (await measurePair(tools, clip.judge)),
  };
}

/** Some exports come without the autoencoder's encoder. */
export function canEncode({ folder }: Model): boolean {
  return folder.graphs.vaeEncoder !== undefined;
}

async function measureAutoencoder(tools: MeasuringTools): Promise<AutoencoderScore> {
  const drawings = heldOutDrawings(tools.settings.drawings);
  const images = await rendered(tools, drawings);
  return autoencoderScore(drawings, images, await reconstructed(tools, images));
}

async function measureReader(tools: MeasuringTools, reader: Reader): Promise<ReaderScore> {
  const accuracies = async (drawings: readonly Drawing[]) =>
    readerAccuracy(await readingsOf(tools, reader, await rendered(tools, drawings)), drawings);
  const { readDrawings } = tools.settings;
  return {
    heldOut: await accuracies(heldOutDrawings(readDrawings)),
    particulars: await accuracies(heldOutParticulars(readDrawings)),
  };
}

async function measurePrompts(
  tools: MeasuringTools,
  reader: Reader,
  drawn: readonly PixelImage[],
): Promise<ModelMeasures['prompts']> {
  const scripts = promptScripts(tools.settings.prompts);
  const images = await rendered(
    tools,
    scripts.map(({ drawing }) => drawing),
  );
  const read = (pictures: readonly PixelImage[]) => readingsOf(tools, reader, pictures);
  const readings = {
    drawn: await read(drawn.slice(0, scripts.length)),
    ...(canEncode(tools.base) && { reconstruction: await read(await reconstructed(tools, images)) }),
    drawing: await read(images),
  };
  const each = scripts.map((script: PromptScript, at) => {
    const own = Object.entries(readings).map(([source, all]) => [source, all[at] as Reading]);
    return promptScore(script, Object.fromEntries(own));
  });
  return { groups: promptGroups(each), each };
}

async function measurePair(tools: MeasuringTools, clip: Clip): Promise<PairScore> {
  const scripts = promptScripts(tools.settings.pairs);
  const images = await rendered(
    tools,
    scripts.map(({ drawing }) => drawing),
  );
  const pictures = await fewAtATime(tools.watch, 'embedding pictures', images, (some) =>
    clip.imageEmbeddings(some),
  );
  const texts = await fewAtATime(tools.watch, 'embedding captions', scripts, (some) =>
    clip.textEmbeddings(some.map(({ text }) => text)),
  );
  return pairScore(pictures, texts);
}

function rendered({ base, watch }: MeasuringTools, drawings: readonly Drawing[]) {
  const { width } = base.folder.pixels;
  return fewAtATime(watch, 'rendering drawings', drawings, (some) =>
    Promise.all(some.map((drawing) => renderPixels(drawing, width))),
  );
}

function reconstructed({ base, watch }: MeasuringTools, images: readonly PixelImage[]) {
  const { autoencoder } = base;
  return fewAtATime(watch, 'encoding and decoding', images, async (some) =>
    autoencoder.decode(await autoencoder.encode(some)),
  );
}

function readingsOf({ watch }: MeasuringTools, reader: Reader, images: readonly PixelImage[]) {
  return fewAtATime(watch, 'reading pictures', images, (some) => reader.read(some));
}
