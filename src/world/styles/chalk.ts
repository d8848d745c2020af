import { type Hex, luminance, mix, shade } from '../colour.ts';
import type { Style } from '../drawing.ts';
import type { Painter } from '../painter.ts';
import { between, pick } from '../random.ts';
import type { Shape } from '../shape.ts';
import { createBrush, sheet } from './svg.ts';

/** Gaps that the strokes leave, where the board shows through. */
const gapsOf: Readonly<Record<Style['hatching'], string>> = {
  falling: 'M-1,-1L5,5M-1,3L1,5M3,-1L5,1',
  rising: 'M-1,5L5,-1M-1,1L1,-1M3,5L5,3',
  crossed: 'M-1,-1L5,5M-1,5L5,-1',
};

/** Powdery strokes of pale chalk on a board. */
export const chalk: Painter = {
  name: 'chalk',
  endings: [
    'in chalk style',
    'in chalk',
    'in the style of a chalk drawing',
    'as a chalk drawing',
    'drawn in chalk',
  ],
  openings: ['a chalk drawing of', 'a drawing in chalk style of', 'a chalk sketch of', 'chalk drawing of'],
  sample: (random) => ({
    paper: shade(random, '#22443a', pick(random, ['#343c46', '#2c5244'] as const)),
    ink: '#f4f1e6',
    tint: between(random, 0.82, 1),
    weight: between(random, 0.2, 0.8),
    hatching: pick(random, ['falling', 'rising', 'crossed'] as const),
  }),
  seenAs: (_, colour) => (colour === 'black' ? null : colour),
  paint(page, style) {
    const brush = createBrush('p');
    const width = 0.9 + 0.7 * style.weight;
    const dusty = (colour: Hex) => mix(colour, style.ink, 0.26);
    const draw = (shape: Shape, strength: number): string => {
      const laid = luminance(shape.colour) < 0.25 ? style.paper : dusty(shape.colour);
      const fill = mix(style.paper, laid, strength * style.tint);
      if (shape.line !== undefined && shape.detail) return brush(shape, { stroke: fill, width: shape.line });
      const edge = mix(style.paper, mix(dusty(shape.colour), style.ink, 0.6), Math.min(1, strength + 0.15));
      if (shape.line !== undefined) {
        return (
          brush(shape, { stroke: edge, width: shape.line + width }) +
          brush(shape, { stroke: fill, width: shape.line - width })
        );
      }
      return shape.detail ? brush(shape, { fill }) : brush(shape, { fill, stroke: edge, width });
    };
    return (
      `<defs><pattern id="gaps" width="4" height="4" patternUnits="userSpaceOnUse">` +
      `<path d="${gapsOf[style.hatching]}" fill="none" stroke="${style.paper}" stroke-width="0.8" opacity="0.38"/></pattern></defs>` +
      sheet(style.paper) +
      page.scene.map((shape) => draw(shape, 0.5)).join('') +
      page.figures.map((layer) => layer.map((shape) => draw(shape, 1)).join('')).join('') +
      sheet('url(#gaps)')
    );
  },
};
