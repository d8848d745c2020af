import { ellipse, type Shape } from '../shape.ts';

/** An eye that shows on any coat. */
export function eye(x: number, y: number, size = 1): Shape[] {
  return [
    { path: ellipse(x, y, 2.7 * size), colour: '#fdfdfd', detail: true },
    { path: ellipse(x + 0.4 * size, y, 1.7 * size), colour: '#17171f', detail: true },
  ];
}
