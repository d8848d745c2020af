import { grey, type Hex, luminance, mix, shade } from '../colour.ts';
import type { Style } from '../drawing.ts';
import { between, chance, pick } from '../random.ts';
import type { Shape } from '../shape.ts';
import type { Painter } from './index.ts';
import { createBrush, type Look, sheet } from './svg.ts';

/** Distance between hatch lines along the frame's edge: it divides the frame, so that hatching lies still. */
const PERIOD = 4;

const CORNERS = {
  falling: `M-2,-2L6,6M-2,2L2,6M2,-2L6,2`,
  rising: `M-2,6L6,-2M-2,2L2,-2M2,6L6,2`,
} as const;

/** Pencil on paper: hatching, the denser the darker the colour, and drawn outlines. */
function hatching(style: Style): {
  readonly fill: (colour: Hex) => string;
  readonly definitions: () => string;
} {
  const made = new Map<string, string>();
  const lines = style.hatching === 'crossed' ? CORNERS.falling + CORNERS.rising : CORNERS[style.hatching];
  return {
    fill(colour) {
      const id = `h${colour.slice(1)}`;
      if (!made.has(id)) made.set(id, patternFor(id, colour, lines, style));
      return `url(#${id})`;
    },
    definitions: () => [...made.values()].join(''),
  };
}

function patternFor(id: string, colour: Hex, lines: string, style: Style): string {
  const darkness = 1 - luminance(colour);
  const lead = mix(mix(grey(colour), style.ink, 0.45), colour, style.tint);
  const wash = mix(style.paper, lead, 0.12 + 0.3 * darkness + 0.25 * style.tint);
  const width = 0.5 + 1.3 * darkness;
  return (
    `<pattern id="${id}" width="${PERIOD}" height="${PERIOD}" patternUnits="userSpaceOnUse">` +
    `<path d="M0,0H${PERIOD}V${PERIOD}H0Z" fill="${wash}"/><path d="${lines}" stroke="${lead}" stroke-width="${width}"/></pattern>`
  );
}

export const pencil: Painter = {
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
  shows: (style) => style.tint >= 0.5,
  paint(page, style) {
    const brush = createBrush('p');
    const { fill, definitions } = hatching(style);
    const width = 0.9 + 0.8 * style.weight;
    const draw = (shapes: readonly Shape[], ink: string) =>
      shapes.map((shape) => brush(shape, lookOf(shape, fill, ink, width))).join('');
    const body =
      draw(page.scene, mix(style.paper, style.ink, 0.6)) +
      draw(page.figure.flatMap(outlinedLine(style)), style.ink);
    return `<defs>${definitions()}</defs>${sheet(style.paper)}${body}`;
  },
};

const outlinedLine =
  (style: Style) =>
  (shape: Shape): Shape[] =>
    shape.line === undefined || shape.detail
      ? [shape]
      : [
          { ...shape, detail: true, line: shape.line + 1.8 + style.weight, colour: style.ink },
          { ...shape, detail: true },
        ];

function lookOf(shape: Shape, fill: (colour: Hex) => string, ink: string, width: number): Look {
  if (shape.line !== undefined)
    return { stroke: shape.colour === ink ? ink : fill(shape.colour), width: shape.line };
  if (shape.detail && shape.clip === undefined) return { fill: fill(shape.colour) };
  return { fill: fill(shape.colour), stroke: ink, width };
}
