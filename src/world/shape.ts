import type { Hex } from './colour.ts';

/**
 * One thing to paint: a closed path, or a line of some width. Paths use absolute commands with `x,y` pairs only
 * (M L C Q Z), so that they can be moved about as text; y grows downward; the frame is 64 × 64.
 */
export interface Shape {
  readonly path: string;
  readonly colour: Hex;
  /** Painted as a line this wide, not as an area. */
  readonly line?: number;
  /** Painted only where this path is. */
  readonly clip?: string;
  /** Eyes, windows and the like: no contour of their own. */
  readonly detail?: boolean;
}

/** Sides of the frame. */
export const frame = 64;

/** In frame units, y downward. */
export type Point = readonly [x: number, y: number];

const rounded = (value: number) => Math.round(value * 100) / 100;
const pair = (x: number, y: number) => `${rounded(x)},${rounded(y)}`;

/** A closed path through the points. */
export function polygon(...points: readonly Point[]): string {
  return `M${points.map(([x, y]) => pair(x, y)).join('L')}Z`;
}

/** Handle length that makes four cubic curves look like an ellipse. */
const round = 0.5523;

/** A closed path; a circle where only one radius is given. */
export function ellipse(x: number, y: number, rx: number, ry = rx): string {
  const [hx, hy] = [rx * round, ry * round];
  return (
    `M${pair(x - rx, y)}C${pair(x - rx, y - hy)} ${pair(x - hx, y - ry)} ${pair(x, y - ry)}` +
    `C${pair(x + hx, y - ry)} ${pair(x + rx, y - hy)} ${pair(x + rx, y)}` +
    `C${pair(x + rx, y + hy)} ${pair(x + hx, y + ry)} ${pair(x, y + ry)}` +
    `C${pair(x - hx, y + ry)} ${pair(x - rx, y + hy)} ${pair(x - rx, y)}Z`
  );
}

/** A rectangle with its top left corner at (x, y) and rounded corners. */
export function box(x: number, y: number, width: number, height: number, corner = 0): string {
  const [right, bottom] = [x + width, y + height];
  if (corner === 0) return polygon([x, y], [right, y], [right, bottom], [x, bottom]);
  const r = Math.min(corner, width / 2, height / 2);
  return (
    `M${pair(x + r, y)}L${pair(right - r, y)}Q${pair(right, y)} ${pair(right, y + r)}` +
    `L${pair(right, bottom - r)}Q${pair(right, bottom)} ${pair(right - r, bottom)}` +
    `L${pair(x + r, bottom)}Q${pair(x, bottom)} ${pair(x, bottom - r)}` +
    `L${pair(x, y + r)}Q${pair(x, y)} ${pair(x + r, y)}Z`
  );
}

/** How shapes move into the frame: scaled (mirrored first if wished) and shifted. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
  readonly mirrored?: boolean;
}

/** Scales about the origin, mirrors if wished, then shifts; coordinates are rounded to hundredths. */
export function movePath(path: string, place: Place): string {
  const sideways = place.mirrored ? -place.scale : place.scale;
  return path.replace(/(-?[\d.]+),(-?[\d.]+)/g, (_, x: string, y: string) =>
    pair(Number(x) * sideways + place.x, Number(y) * place.scale + place.y),
  );
}

/** Shapes with their paths, line widths and clips moved alike. */
export function move(shapes: readonly Shape[], place: Place): Shape[] {
  return shapes.map((shape) => ({
    ...shape,
    path: movePath(shape.path, place),
    ...(shape.line === undefined ? {} : { line: shape.line * place.scale }),
    ...(shape.clip === undefined ? {} : { clip: movePath(shape.clip, place) }),
  }));
}

/** Joins neighbouring details that are painted alike: windows, flakes, spots. Fewer shapes render sooner. */
export function mergeDetails(shapes: readonly Shape[]): Shape[] {
  const merged: Shape[] = [];
  for (const shape of shapes) {
    const last = merged.at(-1);
    const alike =
      last?.detail &&
      shape.detail &&
      last.colour === shape.colour &&
      last.clip === shape.clip &&
      last.line === shape.line;
    if (alike) merged[merged.length - 1] = { ...last, path: last.path + shape.path };
    else merged.push(shape);
  }
  return merged;
}
