import { mix, shade } from '../colour.ts';
import type { Painter } from '../painter.ts';
import { between } from '../random.ts';
import type { Shape } from '../shape.ts';
import { createBrush, flat, rim, sheet } from './svg.ts';

/** The paper around the wash, its inner edge wavering. */
const margin =
  'M-4,-4H68V68H-4Z M7,5C13,2.5 19,6 26,4C33,2.5 40,6 47,3.5C53,2.5 60,4 60.5,9C62,17 58.5,23 60.5,31C62,39 58,46 60.5,53' +
  'C61,59.5 56,61 49,60C41,58.5 35,62 27,60.5C20,59 14,62 8,60C2.5,58 5,50 4,43C2.5,36 6,30 4,22C3,16 2.5,8 7,5Z';

/** Pale, soft-edged washes with the paper's edge left free. */
export const watercolour: Painter = {
  name: 'watercolour',
  endings: [
    'in watercolour style',
    'in watercolor style',
    'in watercolour',
    'in the style of a watercolour',
    'as a watercolour painting',
  ],
  openings: [
    'a watercolour of',
    'a watercolour painting of',
    'a drawing in watercolour style of',
    'watercolor painting of',
  ],
  sample: (random) => ({
    paper: shade(random, '#ffffff', '#fbf5e6'),
    ink: '#5a5064',
    tint: between(random, 0.68, 0.88),
    weight: between(random, 0.2, 0.8),
    hatching: 'falling',
  }),
  seenAs: (_, colour) => colour,
  paint(page, style) {
    const brush = createBrush('p');
    const draw = (shapes: readonly Shape[], tint: number) =>
      shapes.map((shape) => brush(shape, flat(shape, mix(style.paper, shape.colour, tint)))).join('');
    const blur = 0.7 + 0.7 * style.weight;
    return (
      `<defs><filter id="soft" filterUnits="userSpaceOnUse" x="0" y="0" width="64" height="64" color-interpolation-filters="sRGB"><feGaussianBlur stdDeviation="${blur}"/></filter></defs>` +
      sheet(style.paper) +
      `<g filter="url(#soft)">${sheet(mix(style.paper, page.sky.colour, style.tint))}${draw(page.scene, style.tint - 0.1)}` +
      page.figures.map((layer) => rim(layer, style.ink, 0.9, 0.5) + draw(layer, style.tint + 0.1)).join('') +
      `<path d="${margin}" fill="${style.paper}" fill-rule="evenodd"/></g>`
    );
  },
};
