import { type ColourName, glowing, type Hex, mix, shade } from '../colour.ts';
import type { Painter } from '../painter.ts';
import { between } from '../random.ts';
import type { Shape } from '../shape.ts';
import { createBrush, rim, sheet } from './svg.ts';

/** Colours that look like another one when they glow. */
const alike: Partial<Record<ColourName, ColourName>> = { black: 'white', grey: 'white', brown: 'orange' };

/** Glowing tubes on a dark wall: every outline lit in its own colour. */
export const neon: Painter = {
  name: 'neon',
  endings: ['in neon style', 'in neon', 'in the style of neon lights', 'in neon lights'],
  openings: ['a neon drawing of', 'a drawing in neon style of', 'a neon picture of', 'neon drawing of'],
  sample: (random) => ({
    paper: shade(random, '#0b0818', '#0a1420'),
    ink: '#ffffff',
    tint: 1,
    weight: between(random, 0.2, 0.8),
    hatching: 'falling',
  }),
  seenAs: (_, colour) => alike[colour] ?? colour,
  paint(page, style) {
    const brush = createBrush('p');
    const width = 1.2 + 0.8 * style.weight;
    const wall = (colour: Hex) => mix(style.paper, colour, 0.14);
    const tube = (shape: Shape, bright: number): string => {
      const light = mix(style.paper, glowing(shape.colour), bright);
      if (shape.line !== undefined && shape.detail)
        return brush(shape, { stroke: light, width: shape.line * 0.8 });
      if (shape.line !== undefined) {
        return (
          brush(shape, { stroke: light, width: shape.line }) +
          brush(shape, { stroke: wall(shape.colour), width: shape.line - 2.2 * width })
        );
      }
      if (shape.detail) return brush(shape, { fill: light });
      return brush(shape, { fill: wall(shape.colour), stroke: light, width });
    };
    const glow = (layer: readonly Shape[]) => {
      const first = layer.find((shape) => !shape.detail && shape.line === undefined);
      return first ? rim(layer, glowing(first.colour), 2.6, 0.28) : '';
    };
    const figure = (layer: readonly Shape[]) =>
      glow(layer) + rim(layer, style.paper, 0.4) + layer.map((shape) => tube(shape, 1)).join('');
    return (
      sheet(style.paper) +
      page.scene.map((shape) => tube(shape, 0.5)).join('') +
      page.figures.map(figure).join('')
    );
  },
};
