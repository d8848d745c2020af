import { join } from 'node:path';
import { type Curve, curveChart, curveOf } from '../../../src/evaluation/curve.ts';
import { seedsOf } from '../../../src/evaluation/measures/parts.ts';
import { orderedConcepts } from '../../../src/evaluation/plan.ts';
import { boundNames, inPaperOrder, printedName } from '../../../src/evaluation/print.ts';
import { type BoundRecord, boundRecord, type StreamRecord } from '../../../src/evaluation/records.ts';
import { sheetScripts } from '../../../src/evaluation/scripts/sheet-scripts.ts';
import type { EvaluationSettings } from '../../../src/evaluation/settings.ts';
import { boundOf, type MethodRow, rowOf } from '../../../src/evaluation/summary.ts';
import { type BoundRow, tableOf } from '../../../src/evaluation/table.ts';
import { taughtWording } from '../../../src/evaluation/wording.ts';
import { labelledSheet } from '../../../src/pictures/labelled-sheet.ts';
import { rasterize } from '../../../src/pictures/rasterize.ts';
import { evaluationConcepts } from '../../../src/world/index.ts';
import { writeWhole } from '../../../src/write-whole.ts';
import { keptPictures, readJson, readStream, writeJson } from './archive.ts';
import type { Fingerprint } from './fingerprint.ts';
import { boundFile, sheetPictures, streamFolder } from './job.ts';

/** `table.json`. */
export interface Report {
  readonly command: string;
  /** Of the code that taught and measured; several where it changed between sittings. */
  readonly commits: readonly string[];
  readonly settings: Fingerprint;
  readonly seeds: {
    readonly pictures: ReturnType<typeof seedsOf>;
    readonly orders: readonly (readonly string[])[];
  };
  readonly rows: readonly MethodRow[];
  readonly curves: readonly Curve[];
  readonly streams: readonly StreamRecord[];
  /** What methods are held against, as far as it is measured. */
  readonly bounds: readonly (BoundRow & { readonly measured: BoundRecord })[];
}

export interface ReportOptions {
  readonly out: string;
  readonly methods: readonly string[];
  readonly fingerprint: Fingerprint;
  readonly command: string;
}

/** Writes tables, chart and sheet of all methods that are through at least one order. Returns the table, if any is. */
export async function writeReport(options: ReportOptions): Promise<string | undefined> {
  const { out, fingerprint, command } = options;
  const streams = await finishedStreams(options);
  if (streams.length === 0) return undefined;
  const methods = inPaperOrder([...new Set(streams.map(({ method }) => method))]);
  const of = (method: string) => streams.filter((stream) => stream.method === method);
  const bounds = await measuredBounds(out, [...new Set(streams.map(({ order }) => order))]);
  const report: Report = {
    command,
    commits: commitsOf(streams, bounds),
    settings: fingerprint,
    seeds: { pictures: seedsOf(fingerprint), orders: ordersOf(fingerprint) },
    rows: methods.map((method) => rowOf(method, of(method))),
    curves: methods.map((method) => curveOf(method, of(method))),
    streams,
    bounds,
  };
  const head = { ...fingerprint, command, commits: report.commits };
  const table = tableOf(head, report.rows, report.bounds);
  const chart = curveChart(report.curves, printedName);
  await writeJson(join(out, 'table.json'), report);
  await writeWhole(join(out, 'table.md'), table);
  await writeWhole(join(out, 'forgetting.svg'), chart);
  await writeWhole(join(out, 'forgetting.png'), await rasterize(chart, 2));
  await writeSheet(out, methods, fingerprint);
  return table;
}

async function finishedStreams({ out, methods, fingerprint }: ReportOptions): Promise<StreamRecord[]> {
  const streams: StreamRecord[] = [];
  for (const method of inPaperOrder(methods)) {
    for (let order = 1; order <= fingerprint.orders; order++) {
      const stream = await readStream(streamFolder(out, { method, order }), fingerprint.concepts);
      if (stream) streams.push({ method, order, ...stream });
    }
  }
  return streams;
}

async function measuredBounds(out: string, orders: readonly number[]): Promise<Report['bounds']> {
  const found: Report['bounds'][number][] = [];
  for (const bound of boundNames) {
    const measured = await readJson(boundFile(out, bound), boundRecord);
    if (measured) found.push({ bound, ...boundOf(measured, orders), measured });
  }
  return found;
}

/** Of the code that taught and measured. */
export function commitsOf(
  streams: readonly Pick<StreamRecord, 'lessons' | 'stops'>[],
  bounds: readonly { readonly measured: Pick<BoundRecord, 'commit'> }[] = [],
): readonly string[] {
  const taught = streams.flatMap(({ lessons, stops }) => [...lessons, ...stops]);
  const records = [...taught, ...bounds.map(({ measured }) => measured)];
  return [...new Set(records.flatMap(({ commit }) => commit ?? []))];
}

function ordersOf(settings: EvaluationSettings): readonly (readonly string[])[] {
  return Array.from({ length: settings.orders }, (_, i) =>
    orderedConcepts(evaluationConcepts(), settings, i + 1).map(({ token }) => token),
  );
}

/** A row for each method that has drawn its own. */
async function writeSheet(
  out: string,
  methods: readonly string[],
  settings: EvaluationSettings,
): Promise<void> {
  const say = taughtWording({ mention: (token, classWord) => `${token} ${classWord}` });
  const headings = sheetScripts(orderedConcepts(evaluationConcepts(), settings, 1)).map((script) =>
    script.text(say),
  );
  const rows: { label: string; groups: Parameters<typeof labelledSheet>[0]['rows'][number]['groups'] }[] = [];
  for (const method of methods) {
    const pictures = await keptPictures(sheetPictures(out, { method, order: 1 }));
    if (!pictures) continue;
    const count = settings.sheetPictures;
    const groups = headings.map((_, i) => pictures.slice(i * count, (i + 1) * count));
    rows.push({ label: printedName(method), groups });
  }
  if (rows.length > 0 && headings.length > 0)
    await writeWhole(join(out, 'sheet.png'), await labelledSheet({ headings, rows }));
}
