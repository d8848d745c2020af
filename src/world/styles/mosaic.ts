import { type Hex, mix, shade } from '../colour.ts';
import type { Style } from '../drawing.ts';
import type { Painter } from '../painter.ts';
import { between, pick } from '../random.ts';
import { box, type Shape } from '../shape.ts';
import { createBrush, flat, rim, sheet } from './svg.ts';

/** Side of a tile, in frame units; it divides the frame. */
const tile = 4;

/** Grout between tiles: a grid, shifted rows like bricks, or a lattice of diamonds. */
const grout: Readonly<Record<Style['hatching'], { readonly side: number; readonly lines: string }>> = {
  falling: { side: 2 * tile, lines: 'M0,0H8M0,4H8M0,0V8M4,0V8' },
  rising: { side: 2 * tile, lines: 'M0,0H8M0,4H8M2,0V4M6,4V8' },
  crossed: { side: 2 * tile, lines: 'M-1,-1L9,9M-1,9L9,-1' },
};

const lit = box(0, 0, tile, tile) + box(tile, tile, tile, tile);

/** Small tiles of clear colour with grout between them. */
export const mosaic: Painter = {
  name: 'mosaic',
  endings: ['in mosaic style', 'in mosaic', 'in the style of a mosaic', 'as a mosaic'],
  openings: ['a mosaic of', 'a drawing in mosaic style of', 'mosaic of'],
  sample: (random) => ({
    paper: shade(random, '#ffffff', pick(random, ['#cfc6b2', '#aab2bb'] as const)),
    ink: '#2b2633',
    tint: between(random, 0.3, 1),
    weight: between(random, 0.2, 0.8),
    hatching: pick(random, ['falling', 'rising', 'crossed'] as const),
  }),
  seenAs: (_, colour) => colour,
  paint(page, style) {
    const brush = createBrush('p');
    const rich = (colour: Hex) => mix(colour, style.paper, 0.16 * (1 - style.tint));
    const draw = (shapes: readonly Shape[]) =>
      shapes.map((shape) => brush(shape, flat(shape, rich(shape.colour)))).join('');
    const { side, lines } = grout[style.hatching];
    const contour = page.contour === 'dark' ? style.ink : '#e9e6ff';
    return (
      `<defs><pattern id="tiles" width="${side}" height="${side}" patternUnits="userSpaceOnUse">` +
      `<path d="${lit}" fill="#ffffff" opacity="0.1"/>` +
      `<path d="${lines}" fill="none" stroke="${style.paper}" stroke-width="${0.5 + 0.4 * style.weight}" opacity="0.6"/></pattern></defs>` +
      sheet(rich(page.sky.colour)) +
      draw(page.scene) +
      page.figures.map((layer) => rim(layer, contour, 1) + draw(layer)).join('') +
      sheet('url(#tiles)')
    );
  },
};
