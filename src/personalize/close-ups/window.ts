/** A part of a grid, in its places. */
export interface Window {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The shorter a window, the less there is to enlarge: none is shorter than this share of the grid's side. */
const least = 1 / 4;

/**
 * The smallest window of the grid's own form that holds a share of what stands out: of what is over the median; of several the one that
 * holds most. At least a quarter of the grid long and high, and all of it where nothing stands out.
 * @param values [height, width], row-major
 * @param share over 0, at most 1
 */
export function smallestWindow(
  values: Float64Array,
  { height, width }: Pick<Window, 'height' | 'width'>,
  share: number,
): Window {
  const whole: Window = { left: 0, top: 0, width, height };
  const longest = Math.max(height, width);
  const sums = sumsOf(standingOut(values), width);
  const all = heldBy(sums, whole);
  if (!(all > 0)) return whole;
  for (let side = Math.ceil(least * longest); side < longest; side++) {
    const windows = windowsOf(whole, side);
    const held = windows.map((window) => heldBy(sums, window));
    const most = Math.max(...held);
    if (most >= share * all) return windows[held.indexOf(most)] as Window;
  }
  return whole;
}

function standingOut(values: Float64Array): Float64Array {
  const median = values.toSorted()[Math.floor(values.length / 2)] as number;
  return values.map((value) => Math.max(0, value - median));
}

/** All places of a window whose longer side is `side`. */
function windowsOf(grid: Pick<Window, 'height' | 'width'>, side: number): readonly Window[] {
  const scale = side / Math.max(grid.height, grid.width);
  const [height, width] = [grid.height, grid.width].map((all) => Math.max(1, Math.round(all * scale))) as [
    number,
    number,
  ];
  return Array.from({ length: grid.height - height + 1 }, (_, top) =>
    Array.from({ length: grid.width - width + 1 }, (_, left) => ({ left, top, width, height })),
  ).flat();
}

/** For each corner between places what lies above and left of it: [height + 1][width + 1]. */
function sumsOf(values: Float64Array, width: number): readonly Float64Array[] {
  const rows = [new Float64Array(width + 1)];
  for (let start = 0; start < values.length; start += width) {
    const above = rows.at(-1) as Float64Array;
    const row = new Float64Array(width + 1);
    let sum = 0;
    for (let x = 0; x < width; x++) {
      sum += values[start + x] as number;
      row[x + 1] = (above[x + 1] as number) + sum;
    }
    rows.push(row);
  }
  return rows;
}

function heldBy(sums: readonly Float64Array[], { left, top, width, height }: Window): number {
  const at = (y: number, x: number) => sums[y]?.[x] as number;
  return at(top + height, left + width) - at(top, left + width) - at(top + height, left) + at(top, left);
}
