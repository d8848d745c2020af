import { type AttributeAccuracy, type Count, shareRight } from '../../judges/reader-accuracy.ts';
import { madeWith } from '../made-with.ts';
import { markdownTable } from '../markdown.ts';
import type { Verdict } from './bars.ts';
import type { heldOutSeeds } from './held-out.ts';
import type { ModelMeasures } from './measures.ts';
import type { GroupScore, PromptGroups, Source } from './prompt-scores.ts';
import type { ModelSettings } from './settings.ts';

/** `model.json`. Shares in percent. */
export interface ModelReport extends ModelMeasures {
  readonly command: string;
  readonly commit: string | null;
  readonly hashes: {
    /** The base model's id. */
    readonly model: string;
    /** SHA-256 of the judges' folders, null where there is none. */
    readonly clip: string | null;
    readonly reader: string | null;
  };
  readonly settings: ModelSettings & { readonly sampler: string };
  /** Of drawings; a prompt's picture has the prompt's number as its seed. */
  readonly seeds: typeof heldOutSeeds;
  readonly verdicts: readonly Verdict[];
  /** Sentences on what could not be measured. */
  readonly missing: readonly string[];
  /** Of the sheet. */
  readonly pictures: readonly { readonly seed: number; readonly prompt: string }[];
}

const sources: Readonly<Record<Source, string>> = {
  drawn: 'drawn',
  reconstruction: 'reconstructed',
  drawing: 'true drawing',
};
const groupNames = { '1': 'one attribute', '2': 'two', '3': 'three', '4+': 'four or more' } as const;

/** What the person who waits is told. */
export function verdictTable(verdicts: readonly Verdict[]): string {
  return markdownTable(
    ['', 'bar', 'reached', ''],
    verdicts.map(({ what, unit, bar, reached, passed }) => [
      what,
      `${bar} ${unit}`,
      reached === null ? 'not measured' : `${reached.toFixed(2)} ${unit}`,
      passed === null ? '' : passed ? 'passed' : 'missed',
    ]),
  );
}

/** A base model's numbers as Markdown, what they should reach first. */
export function modelPage(report: ModelReport): string {
  const { command, commit, hashes, verdicts, missing } = report;
  const sections = [
    '# The base model',
    madeWith({ command, commits: commit === null ? [] : [commit], ...hashes }),
    verdictTable(verdicts),
    ...missing,
    '## Pictures of the first prompts',
    `![${report.pictures.length} pictures, each above its prompt](pictures.png)`,
    'Held-out prompts in their order, each drawn once, with its number as the seed.',
    ...promptSections(report),
    ...autoencoderSections(report),
    ...readerSections(report),
    ...pairSections(report),
  ];
  return `${sections.join('\n\n')}\n`;
}

function promptSections({ prompts }: ModelReport): readonly string[] {
  if (!prompts) return ['## What pictures show of their prompts', 'Not measured.'];
  const { all, byCount, twoSubjects, byAttribute } = prompts.groups;
  const present = (Object.keys(sources) as readonly Source[]).filter((source) => source in all.found);
  const table = (first: string, rows: readonly (readonly [string, GroupScore])[]) =>
    markdownTable(
      [first, 'prompts', 'attributes', ...present.map((source) => sources[source])],
      rows.map(([name, group]) => [
        name,
        `${group.prompts}`,
        `${group.attributes}`,
        ...present.map((source) => figure(group.found[source])),
      ]),
    );
  const groups = Object.entries(groupNames) as readonly [keyof PromptGroups['byCount'], string][];
  return [
    '## What pictures show of their prompts',
    `Of ${prompts.each.length} captions of held-out drawings a picture each: the share of the attributes named that the reader finds, in percent. The true drawing is the one that the prompt is a caption of: what is not found there, the reader misses. Reconstructed is that drawing after encoding and decoding: what is lost there, the autoencoder loses.`,
    table('prompts that name', [
      ['any', all],
      ...groups.map(([count, name]) => [name, byCount[count]] as const),
      ['two subjects', twoSubjects],
    ]),
    table(
      'attribute',
      Object.entries(byAttribute)
        .map(([name, group]) => [words(name), group] as const)
        .toSorted(([, a], [, b]) => b.attributes - a.attributes),
    ),
  ];
}

function autoencoderSections({ autoencoder }: ModelReport): readonly string[] {
  if (!autoencoder) return ['## Autoencoder', 'Not measured.'];
  const { pictures, psnr, lowest, together, byStyle } = autoencoder;
  return [
    '## Autoencoder',
    `${pictures} held-out drawings encoded and decoded: a PSNR of ${figure(psnr)} dB in the mean, ${figure(lowest)} dB where it is lowest; ${figure(together)} dB of all pixels together.`,
    markdownTable(
      ['style', 'mean PSNR, dB'],
      Object.entries(byStyle)
        .toSorted(([, a], [, b]) => a - b)
        .map(([style, value]) => [style, figure(value)]),
    ),
  ];
}

function readerSections({ reader, settings }: ModelReport): readonly string[] {
  if (!reader) return ['## Attribute reader', 'Not measured.'];
  const cells = ({ all, shown }: AttributeAccuracy) => [share(all), share(shown), `${shown.pictures}`];
  return [
    '## Attribute reader',
    `Share read right, in percent: of ${settings.readDrawings} held-out drawings, then of as many of what only teaching shows; in each case of all, of those that show the attribute, and how many those are.`,
    markdownTable(
      ['attribute', 'all', 'where shown', 'pictures', 'taught: all', 'where shown', 'pictures'],
      reader.heldOut.map((own, at) => [
        words(own.name),
        ...cells(own),
        ...cells(reader.particulars[at] as AttributeAccuracy),
      ]),
    ),
  ];
}

function pairSections({ pair }: ModelReport): readonly string[] {
  if (!pair) return ['## Image–text encoder pair', 'Not measured.'];
  const { pairs, among, captionFound, pictureFound } = pair;
  return [
    '## Image–text encoder pair',
    `Of ${pairs} held-out drawings, ${among} at a time, ${figure(captionFound)} % have their own caption nearest, and ${figure(pictureFound)} % of the captions their own drawing. By chance it would be ${figure(100 / among)} %; a caption that says little is true of several drawings.`,
  ];
}

function share(count: Count): string {
  return figure(100 * shareRight(count));
}

function figure(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '–' : value.toFixed(1);
}

/** `left.bodyColour` as `left: body colour`. */
function words(name: string): string {
  return name
    .replace('.', ': ')
    .replaceAll(/[A-Z]/g, (capital) => ` ${capital}`)
    .toLowerCase();
}
