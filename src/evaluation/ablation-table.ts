import { type Ablation, type Ablations, isProducts, keyOf, type Variant } from './ablation.ts';
import type { AblationRow } from './ablation-row.ts';
import { markdownTable } from './markdown.ts';
import { multiSizes } from './scripts/multi-scripts.ts';
import { change, points, seconds, type TableHead } from './table.ts';

/** What the tables were made with. */
export function ablationHeading({
  command,
  commits,
  model,
  clip,
  reader,
}: Pick<TableHead, 'command' | 'commits' | 'model' | 'clip' | 'reader'>): string {
  const short = (hash: string) => hash.slice(0, 12);
  return [
    `\`${command}\``,
    `at commit ${commits.map(short).join(', ') || 'unknown'},`,
    `model ${short(model)}, CLIP ${short(clip)}, reader ${short(reader)}`,
  ].join(' ');
}

/**
 * The question and the table of each ablation, as Markdown by the ablations' names.
 * @param rows what was measured, by the variants' keys
 */
export function ablationTables(
  ablations: Ablations,
  rows: ReadonlyMap<string, AblationRow>,
): Readonly<Record<string, string>> {
  return Object.fromEntries([...ablations].map(([name, ablation]) => [name, section(name, ablation, rows)]));
}

const columns = [
  'right after',
  'after all',
  'most lost',
  'CLIP-I',
  'CLIP-T',
  ...multiSizes.map((size) => `${size} together`),
  'class words show it',
  'prompts without tokens',
  'likeness',
  'neurons',
  'overlap',
  'lesson',
];

function section(
  name: string,
  { question, variants }: Ablation,
  rows: ReadonlyMap<string, AblationRow>,
): string {
  const lines = variants.map((variant) => [labelOf(variant), ...cellsOf(rows.get(keyOf(variant)))]);
  return `### ${question}\n\n${markdownTable([`\`${name}\``, ...columns], lines)}`;
}

function labelOf(variant: Variant): string {
  return isProducts(variant) ? `**${variant.label}**` : variant.label;
}

function cellsOf(row: AblationRow | undefined): readonly string[] {
  if (!row) return columns.map((_, i) => (i === 0 ? 'not measured yet' : ''));
  const { single, multi, forgetting, drift, leaks, teaching } = row;
  return [
    points(forgetting.rightAfter),
    points(single.fidelity),
    points(forgetting.mostLost),
    points(single.clipI),
    points(single.clipT),
    ...multiSizes.map((size) => points(multi?.fidelity[size])),
    change(leaks.base, leaks.taught),
    change(drift.base, drift.taught),
    points(drift.likeness),
    Math.round(row.neurons).toLocaleString('en'),
    points(row.overlap ?? undefined),
    seconds(teaching.seconds),
  ];
}
