import { join } from 'node:path';
import { openModel } from '../../../src/diffusion/model.ts';
import { verdictsOf } from '../../../src/evaluation/base-model/bars.ts';
import { heldOutSeeds, promptScripts } from '../../../src/evaluation/base-model/held-out.ts';
import { type ModelReport, modelPage, verdictTable } from '../../../src/evaluation/base-model/report.ts';
import { type ModelSettings, sheetPictures } from '../../../src/evaluation/base-model/settings.ts';
import { captionedSheet } from '../../../src/pictures/captioned-sheet.ts';
import { asWebp } from '../../../src/pictures/encode.ts';
import type { PixelImage } from '../../../src/pictures/image.ts';
import { openRuntime, type ProviderSetting } from '../../../src/runtime/provider.ts';
import { writeWhole } from '../../../src/write-whole.ts';
import { commitHash } from '../commit.ts';
import { writeJson } from '../eval/archive.ts';
import { promptPictures } from './draw-prompts.ts';
import { type JudgeFolders, type KnownJudges, type Openers, openers, openKnownJudges } from './judges.ts';
import { canEncode, type MeasuringTools, measureModel } from './measure.ts';
import { watchOver } from './watch.ts';

export interface ModelEvaluationOptions extends JudgeFolders {
  /** The report goes here, and every picture of a prompt; what is there already is not drawn again. */
  readonly out: string;
  readonly settings: ModelSettings;
  /** What was typed, for the report. */
  readonly command: string;
  readonly provider: ProviderSetting;
  /** Those of the runtime's own choice if not given. */
  readonly threads?: number;
  readonly signal: AbortSignal;
  readonly openers?: Openers;
}

const columns = 4;

/**
 * Measures a base model, as far as there are judges for it, and writes the report. Returns what is told of it at once. Raises
 * what goes wrong.
 */
export async function runModelEvaluation(options: ModelEvaluationOptions): Promise<string> {
  const { out, settings, threads, command } = options;
  const { runtime } = await openRuntime(options.provider, threads === undefined ? {} : { threads });
  const judges = await openKnownJudges(runtime, options, options.openers ?? openers);
  const base = await openModel(runtime, options.model);
  const watch = watchOver(options.signal);
  try {
    const tools: MeasuringTools = { base, judges, settings, watch };
    const count = Math.max(sheetPictures, judges.reader ? settings.prompts : 0);
    const drawn = await promptPictures(base, count, settings, join(out, 'pictures'), watch);
    const measures = await measureModel(tools, drawn);
    const report: ModelReport = {
      command,
      commit: commitHash(),
      hashes: {
        model: base.folder.id,
        clip: judges.clip?.hash ?? null,
        reader: judges.reader?.hash ?? null,
      },
      settings: { ...settings, sampler: base.folder.sampler },
      seeds: heldOutSeeds,
      verdicts: verdictsOf(measures),
      missing: missingIn(judges, canEncode(base)),
      pictures: promptScripts(sheetPictures).map(({ text }, seed) => ({ seed, prompt: text })),
      ...measures,
    };
    await writeReport(out, report, drawn);
    return [verdictTable(report.verdicts), ...report.missing].join('\n');
  } finally {
    watch.clear();
    await base.release();
    await judges.clip?.judge.release();
    await judges.reader?.judge.release();
  }
}

function missingIn({ clip, reader }: KnownJudges, encodes: boolean): readonly string[] {
  return [
    !encodes && 'The model came without vae_encoder: its autoencoder is not measured.',
    !reader &&
      'There is no reader/ in the model’s folder, and none was named with --reader: neither the reader nor what pictures show of their prompts is measured.',
    !clip &&
      'There is no clip/ in the model’s folder, and none was named with --clip: the image–text encoder pair is not measured.',
  ].filter((sentence) => sentence !== false);
}

async function writeReport(out: string, report: ModelReport, drawn: readonly PixelImage[]): Promise<void> {
  const captioned = report.pictures.map(({ prompt, seed }) => ({
    image: drawn[seed] as PixelImage,
    caption: `${seed}: ${prompt}`,
  }));
  const sheet = await captionedSheet(captioned, columns);
  await writeWhole(join(out, 'pictures.png'), sheet);
  await writeWhole(join(out, 'pictures.webp'), await asWebp(sheet));
  await writeJson(join(out, 'model.json'), report);
  await writeWhole(join(out, 'model.md'), modelPage(report));
}
