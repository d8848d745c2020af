import { mean } from '../numbers.ts';
import { lettering } from '../pictures/lettering.ts';
import type { StopRecord, StreamRecord } from './records.ts';
import { changesIn, fidelityOf } from './summary.ts';

/** One method's line: shares found in percent, averaged over its orders, by the number of concepts taught. */
export interface Curve {
  readonly method: string;
  /** Of the concepts taught by the first checkpoint: right after each one's lesson (at 0), then at every checkpoint. */
  readonly firstConcepts: readonly Point[];
  /** Of all concepts so far, at every checkpoint. */
  readonly all: readonly Point[];
}

/** Fidelity in percent when so many concepts were taught. */
export interface Point {
  readonly taught: number;
  readonly fidelity: number;
}

/** How a method's concepts fared while it went on being taught. */
export function curveOf(method: string, streams: readonly StreamRecord[]): Curve {
  const checkpoints = (streams[0] as StreamRecord).stops.filter(({ drift }) => drift);
  const early = checkpoints[0]?.taught ?? 0;
  const over = (of: (stream: StreamRecord) => number) => mean(streams.map(of));
  const at = (stream: StreamRecord, taught: number) => stream.stops[taught - 1] as StopRecord;
  const tokens = ({ lessons }: StreamRecord, count: number) =>
    lessons.slice(0, count).map(({ token }) => token);
  const fidelity = (taught: number, concepts: number): Point => ({
    taught,
    fidelity: over((stream) =>
      mean(tokens(stream, concepts).map((token) => fidelityOf(at(stream, taught), token))),
    ),
  });
  const rightAfter = over((stream) =>
    mean(
      changesIn(stream)
        .slice(0, early)
        .map((change) => change.rightAfter),
    ),
  );
  return {
    method,
    firstConcepts: [
      { taught: 0, fidelity: rightAfter },
      ...checkpoints.map(({ taught }) => fidelity(taught, early)),
    ],
    all: checkpoints.map(({ taught }) => fidelity(taught, taught)),
  };
}

/** Okabe and Ito's colours (2008), which most people tell apart. */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'];
const ink = '#1f2328';
const pale = '#d8dce0';
const size = { width: 940, height: 380 };
const panel = { width: 290, height: 250, top: 60 };
const lefts = [60, 420] as const;

/**
 * The curves as an SVG document, two panels with the same scale: the concepts taught first, and all so far.
 * @param labelOf how a method is called in print
 */
export function curveChart(curves: readonly Curve[], labelOf: (method: string) => string): string {
  const values = curves.flatMap(({ firstConcepts, all }) => [...firstConcepts, ...all]);
  const least = Math.floor(Math.min(90, ...values.map(({ fidelity }) => fidelity)) / 10) * 10;
  const early = curves[0]?.firstConcepts[1]?.taught ?? 0;
  const panels = [
    {
      title: `the first ${early} concepts`,
      lines: curves.map(({ firstConcepts }) => firstConcepts),
    },
    { title: 'all concepts so far', lines: curves.map(({ all }) => all) },
  ].map(({ title, lines }, at) => panelOf(title, lines, lefts[at] as number, least));
  const legend = curves.map(({ method }, i) => {
    const y = panel.top + 14 + 20 * i;
    const x = 734;
    return `<path d="M${x} ${y - 4}H${x + 18}" stroke="${colours[i]}" stroke-width="2.5"/>${letters(labelOf(method), x + 24, y, 8)}`;
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" viewBox="0 0 ${size.width} ${size.height}">` +
    `<title>Attributes of concepts that are found, in percent, by the number of concepts taught</title>` +
    `<rect width="100%" height="100%" fill="white"/>` +
    letters('Attributes found (%)', lefts[0] - 40, 20, 9) +
    [...panels, ...legend].join('') +
    `</svg>`
  );
}

function panelOf(title: string, lines: readonly (readonly Point[])[], left: number, least: number): string {
  const stops = [...new Set(lines.flat().map(({ taught }) => taught))].sort((a, b) => a - b);
  const most = Math.max(...stops);
  const from = Math.min(...stops);
  const x = (taught: number) => left + (panel.width * (taught - from)) / Math.max(1, most - from);
  const y = (fidelity: number) => panel.top + (panel.height * (100 - fidelity)) / (100 - least);
  const ticks = Array.from({ length: (100 - least) / 10 + 1 }, (_, i) => least + 10 * i);
  const grid = ticks.map(
    (tick) =>
      `<path d="M${left} ${round(y(tick))}h${panel.width}" stroke="${pale}"/>` +
      letters(`${tick}`, left - 8, y(tick) + 3, 7, 'end'),
  );
  const marks = stops.map((taught) =>
    letters(taught === 0 ? 'lesson' : `${taught}`, x(taught), panel.top + panel.height + 20, 7, 'middle'),
  );
  const drawn = lines.map((points, i) => {
    const path = points.map(({ taught, fidelity }) => `${round(x(taught))} ${round(y(fidelity))}`).join('L');
    const dots = points.map(
      ({ taught, fidelity }) =>
        `<circle cx="${round(x(taught))}" cy="${round(y(fidelity))}" r="3" fill="${colours[i]}"/>`,
    );
    return `<path d="M${path}" fill="none" stroke="${colours[i]}" stroke-width="2"/>${dots.join('')}`;
  });
  return [
    letters(title, left, panel.top - 14, 8),
    letters('concepts taught', left + panel.width, panel.top + panel.height + 42, 7, 'end'),
    ...grid,
    ...marks,
    ...drawn,
  ].join('');
}

function letters(text: string, x: number, y: number, height: number, anchor?: 'middle' | 'end'): string {
  return lettering(text, { x, y, size: height, colour: ink, ...(anchor && { anchor }) });
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
