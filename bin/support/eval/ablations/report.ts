import { join } from 'node:path';
import type { Ablations, SettledVariant, VariantSettings } from '../../../../src/evaluation/ablation.ts';
import { type AblationRow, ablationRowOf } from '../../../../src/evaluation/ablation-row.ts';
import { ablationTables } from '../../../../src/evaluation/ablation-table.ts';
import { madeWith } from '../../../../src/evaluation/made-with.ts';
import { writeWhole } from '../../../../src/write-whole.ts';
import { readStream, writeJson } from '../archive.ts';
import type { Fingerprint } from '../fingerprint.ts';
import { variantFolder } from '../job.ts';
import { commitsOf } from '../report.ts';

export interface AblationReportOptions {
  readonly out: string;
  readonly ablations: Ablations<SettledVariant>;
  readonly fingerprint: Fingerprint;
  readonly command: string;
}

/** `table.json`. */
export interface AblationReport {
  readonly command: string;
  /** Of the code that taught and measured; several where it changed between sittings. */
  readonly commits: readonly string[];
  readonly settings: Fingerprint;
  /** Of every variant that is through, by its key. */
  readonly variants: Readonly<Record<string, VariantSettings & { readonly row: AblationRow }>>;
  /** The two that `table.md` is made of: what it was made with, and the table of each ablation. */
  readonly heading: string;
  readonly tables: Readonly<Record<string, string>>;
}

/** Writes the tables of all ablations, as far as their variants are through. */
export async function writeAblationReport(options: AblationReportOptions): Promise<AblationReport> {
  const { out, ablations, fingerprint, command } = options;
  const rows = new Map<string, AblationRow>();
  const variants: Record<string, AblationReport['variants'][string]> = {};
  const commits = new Set<string>();
  for (const { key, settings } of [...ablations.values()].flatMap(({ variants }) => variants)) {
    const stream = await readStream(variantFolder(out, { key }), fingerprint.concepts);
    if (!stream) continue;
    const row = ablationRowOf(stream);
    rows.set(key, row);
    variants[key] = { ...settings, row };
    for (const commit of commitsOf([stream])) commits.add(commit);
  }
  const head = { ...fingerprint, command, commits: [...commits] };
  const report: AblationReport = {
    command,
    commits: head.commits,
    settings: fingerprint,
    variants,
    heading: madeWith(head),
    tables: ablationTables(ablations, rows),
  };
  await writeJson(join(out, 'table.json'), report);
  await writeWhole(join(out, 'table.md'), `${tablesOf(report)}\n`);
  return report;
}

/** The tables of the ablations named, as one text; of all, if none are. */
export function tablesOf(
  { heading, tables }: AblationReport,
  names: readonly string[] = Object.keys(tables),
): string {
  return [heading, ...names.map((name) => tables[name])].join('\n\n');
}
