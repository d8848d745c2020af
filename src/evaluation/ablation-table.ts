import type { Ablation, Ablations, SettledVariant } from './ablation.ts';
import type { AblationRow } from './ablation-row.ts';
import { type Columns, markdownTable } from './markdown.ts';
import { change, points, seconds, together } from './table.ts';

/**
 * The question and the table of each ablation, as Markdown by the ablations' names.
 * @param rows what was measured, by the variants' keys
 */
export function ablationTables(
  ablations: Ablations<SettledVariant>,
  rows: ReadonlyMap<string, AblationRow>,
): Readonly<Record<string, string>> {
  return Object.fromEntries([...ablations].map(([name, ablation]) => [name, section(name, ablation, rows)]));
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
  { question, variants }: Ablation<SettledVariant>,
  rows: ReadonlyMap<string, AblationRow>,
): string {
  const lines = variants.map(({ label, key, isProducts }) => [
    isProducts ? `**${label}**` : label,
    ...cellsOf(rows.get(key)),
  ]);
  return `### ${question}\n\n${markdownTable([`\`${name}\``, ...Object.keys(columns)], lines)}`;
}

function cellsOf(row: AblationRow | undefined): readonly string[] {
  return Object.values(columns).map((cell, i) => (row ? cell(row) : i === 0 ? 'not measured yet' : ''));
}
