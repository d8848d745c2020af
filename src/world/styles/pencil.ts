import { grey, type Hex, luminance, mix, shade } from '../colour.ts';
import type { Style } from '../drawing.ts';
import type { Painter } from '../painter.ts';
import { between, chance, pick } from '../random.ts';
import type { Shape } from '../shape.ts';
import { createBrush, sheet } from './svg.ts';

/** Sides of the hatching's tile and its strokes. The sides divide the frame, so that hatching lies still. */
const hatchings = {
  falling: { side: 4, strokes: 'M-1,-1L5,5M-1,3L1,5M3,-1L5,1' },
  rising: { side: 4, strokes: 'M-1,5L5,-1M-1,1L1,-1M3,5L5,3' },
  crossed: { side: 8, strokes: 'M-1,-1L9,9M-1,7L1,9M7,-1L9,1M-1,9L9,-1M-1,1L1,-1M7,9L9,7' },
} as const;

/** Skies darker than this are hatched; others stay paper. */
const dark = 0.3;

/** A colour as the pencil gives it: its lines, and the tone that they leave on the paper between them. */
function leadOf(
  colour: Hex,
  style: Style,
): { readonly lead: Hex; readonly tone: Hex; readonly width: number } {
  const darkness = 1 - luminance(colour);
  const lead = mix(mix(grey(colour), style.ink, 0.4), colour, style.tint);
  const tone = mix(style.paper, lead, 0.1 + 0.35 * darkness + 0.25 * style.tint);
  return { lead, tone, width: 0.4 + 0.9 * darkness };
}

/** Paper fills by colour, and the SVG definitions that they need. */
function createHatching(style: Style) {
  const made = new Map<string, string>();
  const { side, strokes } = hatchings[style.hatching];
  return {
    fill(colour: Hex): string {
      const id = `h${colour.slice(1)}`;
      if (!made.has(id)) {
        const { lead, tone, width } = leadOf(colour, style);
        made.set(
          id,
          `<pattern id="${id}" width="${side}" height="${side}" patternUnits="userSpaceOnUse">` +
            `<path d="M0,0H${side}V${side}H0Z" fill="${tone}"/>` +
            `<path d="${strokes}" stroke="${mix(tone, lead, 0.7)}" stroke-width="${width}"/></pattern>`,
        );
      }
      return `url(#${id})`;
    },
    definitions: () => `<defs>${[...made.values()].join('')}</defs>`,
  };
}

/** Pencil on paper: outlines and hatching, the denser the darker the colour; small things are toned only. */
export const pencil: Painter = {
  name: 'pencil',
  endings: [
    'in pencil style',
    'in pencil',
    'in the style of a pencil drawing',
    'as a pencil drawing',
    'drawn in pencil',
  ],
  openings: [
    'a pencil drawing of',
    'a drawing in pencil style of',
    'a pencil sketch of',
    'pencil drawing of',
  ],
  sample: (random) => ({
    paper: shade(random, '#ffffff', pick(random, ['#f1e8d4', '#dfe3e6', '#e0eed8'] as const)),
    ink: pick(random, ['#3a3a42', '#4a3a30', '#2f4a3c'] as const),
    tint: chance(random, 0.5) ? 0 : between(random, 0.5, 0.8),
    weight: between(random, 0.2, 0.8),
    hatching: pick(random, ['falling', 'rising', 'crossed'] as const),
  }),
  seenAs: (style, colour) => (style.tint >= 0.5 ? colour : null),
  paint(page, style) {
    const brush = createBrush('p');
    const hatching = createHatching(style);
    const width = 0.9 + 0.8 * style.weight;
    const draw = (shape: Shape, ink: Hex, fill: (colour: Hex) => string): string => {
      if (shape.line !== undefined && shape.detail) {
        return brush(shape, { stroke: leadOf(shape.colour, style).lead, width: shape.line });
      }
      if (shape.line !== undefined) {
        return (
          brush(shape, { stroke: ink, width: shape.line + width }) +
          brush(shape, { stroke: fill(shape.colour), width: shape.line - width })
        );
      }
      if (!shape.detail) return brush(shape, { fill: fill(shape.colour), stroke: ink, width });
      const { lead, tone } = leadOf(shape.colour, style);
      return brush(shape, { fill: mix(tone, lead, luminance(shape.colour) < 0.6 ? 0.7 : 0.1) });
    };
    const pale = (colour: Hex) => hatching.fill(mix(colour, '#ffffff', 0.45));
    const ink = mix(style.paper, style.ink, 0.55);
    const sky = luminance(page.sky.colour) < dark ? brush(page.sky, { fill: pale(page.sky.colour) }) : '';
    const body =
      sky +
      page.scene.map((shape) => draw(shape, ink, pale)).join('') +
      page.figures
        .flat()
        .map((shape) => draw(shape, style.ink, hatching.fill))
        .join('');
    return hatching.definitions() + sheet(style.paper) + body;
  },
};
