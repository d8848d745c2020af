import type { Painter } from '../painter.ts';
import { createBrush, flat, rim, sheet } from './svg.ts';

/** Flat clean colours, the figure with a contour: the sketchbook's own style. */
export const plain: Painter = {
  name: 'sketchbook',
  endings: ['in sketchbook style', 'in flat colour style'],
  openings: ['a sketchbook picture of'],
  sample: () => ({ paper: '#ffffff', ink: '#2b2633', tint: 1, weight: 0.5, hatching: 'falling' }),
  seenAs: (_, colour) => colour,
  paint(page, style) {
    const brush = createBrush('p');
    const draw = (shapes: typeof page.scene) => shapes.map((shape) => brush(shape, flat(shape))).join('');
    const contour = page.contour === 'dark' ? style.ink : '#e9e6ff';
    return (
      sheet(page.sky.colour) +
      draw(page.scene) +
      page.figures.map((layer) => rim(layer, contour, 0.6 + 0.8 * style.weight) + draw(layer)).join('')
    );
  },
};
