import { describe, expect, test } from 'vitest';
import { smallestWindow, type Window } from '../../../src/personalize/close-ups/window.ts';
import { createRandom } from '../../../src/random.ts';

const grid = { height: 16, width: 16 };

/** Zeros, and ones in a window. */
function marked({ height, width }: typeof grid, window: Window): Float64Array {
  return Float64Array.from({ length: height * width }, (_, at) => {
    const [y, x] = [Math.floor(at / width) - window.top, (at % width) - window.left];
    return Number(y >= 0 && y < window.height && x >= 0 && x < window.width);
  });
}

function heldBy(values: Float64Array, { width }: typeof grid, window: Window): number {
  const inside = marked({ height: values.length / width, width }, window);
  return values.reduce((sum, value, at) => sum + value * (inside[at] as number), 0);
}

describe('the smallest window that holds what stands out', () => {
  test.each([
    { left: 3, top: 7, width: 5, height: 5 },
    { left: 0, top: 11, width: 5, height: 5 },
    { left: 9, top: 0, width: 7, height: 7 },
  ])('is $width wide at $left, $top where that is all there is', (window) => {
    expect(smallestWindow(marked(grid, window), grid, 1)).toEqual(window);
  });

  test('leaves out what is everywhere', () => {
    const window = { left: 4, top: 5, width: 6, height: 6 };
    const values = marked(grid, window).map((value) => 3 + value);
    expect(smallestWindow(values, grid, 1)).toEqual(window);
  });

  test('may leave out a share', () => {
    const window = { left: 2, top: 2, width: 5, height: 5 };
    const values = marked(grid, window);
    values[15 * 16 + 15] = 2;
    expect(smallestWindow(values, grid, 0.9)).toEqual(window);
    expect(smallestWindow(values, grid, 1)).toMatchObject({ width: 14 });
  });

  test('holds the share, and the next smaller one nowhere does', () => {
    const random = createRandom(5);
    for (let round = 0; round < 20; round++) {
      const values = Float64Array.from({ length: 256 }, () => random.uniform() ** 20);
      const median = values.toSorted()[128] as number;
      const over = values.map((value) => Math.max(0, value - median));
      const wanted = 0.6 * over.reduce((sum, value) => sum + value, 0);
      const found = smallestWindow(values, grid, 0.6);
      expect(heldBy(over, grid, found)).toBeGreaterThanOrEqual(wanted - 1e-9);
      const side = found.width - 1;
      for (let left = 0; left + side <= 16; left++)
        for (let top = 0; top + side <= 16; top++)
          expect(heldBy(over, grid, { left, top, width: side, height: side })).toBeLessThan(wanted);
    }
  });

  test('has the form of the grid', () => {
    const wide = { height: 8, width: 16 };
    const window = { left: 5, top: 2, width: 8, height: 4 };
    expect(smallestWindow(marked(wide, window), wide, 1)).toEqual(window);
  });

  test('is a quarter of the grid at least, and all of it where nothing stands out', () => {
    const point = { left: 8, top: 8, width: 1, height: 1 };
    expect(smallestWindow(marked(grid, point), grid, 1)).toMatchObject({ width: 4, height: 4 });
    for (const flat of [0, 2, Number.NaN])
      expect(smallestWindow(new Float64Array(256).fill(flat), grid, 0.9)).toEqual({
        left: 0,
        top: 0,
        ...grid,
      });
  });
});
