import type { CnsOptions } from '../personalize/methods/cns.ts';
import { type Ablation, type Ablations, isProducts, keyOf } from './ablation.ts';
import type { AblationRow } from './ablation-row.ts';
import { type Columns, markdownTable } from './markdown.ts';
import { change, points, seconds, together } from './table.ts';

/**
 * The question and the table of each ablation, as Markdown by the ablations' names.
 * @param rows what was measured, by the variants' keys
 * @param product what the product does with the model that is asked about
 */
export function ablationTables(
  ablations: Ablations,
  rows: ReadonlyMap<string, AblationRow>,
  product?: CnsOptions,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...ablations].map(([name, ablation]) => [name, section(name, ablation, rows, product)]),
  );
}

const columns: Columns<AblationRow> = {
  'right after': ({ forgetting }) => points(forgetting.rightAfter),
  'after all': ({ single }) => points(single.fidelity),
  'most lost': ({ forgetting }) => points(forgetting.mostLost),
  'CLIP-I': ({ single }) => points(single.clipI),
  'CLIP-T': ({ single }) => points(single.clipT),
  ...together,
  'class words show it': ({ leaks }) => change(leaks.base, leaks.taught),
  'prompts without tokens': ({ drift }) => change(drift.base, drift.taught),
  likeness: ({ drift }) => points(drift.likeness),
  neurons: ({ neurons }) => Math.round(neurons).toLocaleString('en'),
  overlap: ({ overlap }) => points(overlap ?? undefined),
  lesson: ({ teaching }) => seconds(teaching.seconds),
};

function section(
  name: string,
  { question, variants }: Ablation,
  rows: ReadonlyMap<string, AblationRow>,
  product?: CnsOptions,
): string {
  const lines = variants.map((variant) => [
    isProducts(variant, product) ? `**${variant.label}**` : variant.label,
    ...cellsOf(rows.get(keyOf(variant, product))),
  ]);
  return `### ${question}\n\n${markdownTable([`\`${name}\``, ...Object.keys(columns)], lines)}`;
}

function cellsOf(row: AblationRow | undefined): readonly string[] {
  return Object.values(columns).map((cell, i) => (row ? cell(row) : i === 0 ? 'not measured yet' : ''));
}
