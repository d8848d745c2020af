/**
 * Letters as strokes: drawn and not written, since a machine may have no fonts. A capital is 6 high on a line at y = 6,
 * a small letter 4; what hangs below ends at y = 8.
 */
interface Glyph {
  readonly width: number;
  readonly path: string;
}

const glyph = (width: number, path: string): Glyph => ({ width, path });

const glyphs: Readonly<Record<string, Glyph>> = {
  ' ': glyph(1.6, ''),
  '0': glyph(4, 'M1.1 0H2.9L4 1.2V4.8L2.9 6H1.1L0 4.8V1.2Z'),
  '1': glyph(2.6, 'M0.6 1.4 2 0V6'),
  '2': glyph(4, 'M0 1.2 1.1 0H2.9L4 1.1V2.1L0 6H4'),
  '3': glyph(4, 'M0 0H4L1.9 2.4H2.8L4 3.6V4.9L2.9 6H1.1L0 4.9'),
  '4': glyph(4, 'M3 6V0L0 4.2H4'),
  '5': glyph(4, 'M3.7 0H0.4L0 2.7 1 2.3H2.9L4 3.4V4.9L2.9 6H1L0 5'),
  '6': glyph(4, 'M3.4 0H2.2L0 3.2V4.9L1.1 6H2.9L4 4.9V3.7L2.9 2.6H0.5'),
  '7': glyph(4, 'M0 0H4L1.5 6'),
  '8': glyph(4, 'M1 2.8 0.2 2V1L1.1 0H2.9L3.8 1V2L3 2.8H1L0 3.8V5L1.1 6H2.9L4 5V3.8L3 2.8'),
  '9': glyph(4, 'M0.6 6H1.8L4 2.8V1.1L2.9 0H1.1L0 1.1V2.3L1.1 3.4H3.5'),
  A: glyph(4.2, 'M0 6 2.1 0 4.2 6M0.8 3.8H3.4'),
  B: glyph(4, 'M0 0H2.7L3.6 0.9V1.9L2.7 2.8H0M2.7 2.8 4 3.8V5L2.9 6H0V0'),
  C: glyph(4, 'M4 1.1 2.9 0H1.2L0 1.2V4.8L1.2 6H2.9L4 4.9'),
  D: glyph(4, 'M0 0H2.6L4 1.4V4.6L2.6 6H0Z'),
  E: glyph(3.4, 'M3.4 0H0V6H3.4M0 2.9H2.8'),
  F: glyph(3.4, 'M3.4 0H0V6M0 2.9H2.8'),
  G: glyph(4.2, 'M4 1.1 2.9 0H1.2L0 1.2V4.8L1.2 6H2.9L4.1 4.8V3.2H2.4'),
  H: glyph(4, 'M0 0V6M4 0V6M0 2.9H4'),
  I: glyph(0.4, 'M0.2 0V6'),
  J: glyph(3.2, 'M3 0V4.9L2 6H1L0 5'),
  K: glyph(4, 'M0 0V6M3.8 0 0 3.7M1.3 2.5 4 6'),
  L: glyph(3.2, 'M0 0V6H3.2'),
  M: glyph(4.8, 'M0 6V0L2.4 3.6 4.8 0V6'),
  N: glyph(4, 'M0 6V0L4 6V0'),
  O: glyph(4.2, 'M1.2 0H3L4.2 1.2V4.8L3 6H1.2L0 4.8V1.2Z'),
  P: glyph(4, 'M0 6V0H2.8L4 1.1V2.3L2.8 3.4H0'),
  Q: glyph(4.2, 'M1.2 0H3L4.2 1.2V4.8L3 6H1.2L0 4.8V1.2ZM2.6 4.4 4.4 6.4'),
  R: glyph(4, 'M0 6V0H2.8L4 1.1V2.1L2.8 3.2H0M2.3 3.2 4 6'),
  S: glyph(3.8, 'M3.8 1 2.8 0H1L0 1V1.9L1 2.7 2.8 3.2 3.8 4V5L2.8 6H1L0 5'),
  T: glyph(4, 'M0 0H4M2 0V6'),
  U: glyph(4, 'M0 0V4.8L1.2 6H2.8L4 4.8V0'),
  V: glyph(4.2, 'M0 0 2.1 6 4.2 0'),
  W: glyph(5.4, 'M0 0 1.3 6 2.7 1.4 4.1 6 5.4 0'),
  X: glyph(4, 'M0 0 4 6M4 0 0 6'),
  Y: glyph(4, 'M0 0 2 3V6M4 0 2 3'),
  Z: glyph(4, 'M0 0H4L0 6H4'),
  a: glyph(3, 'M0.3 2.4 0.9 2H2.2L3 2.8V6M3 3.8H1L0 4.5V5.3L0.8 6H2L3 5.2'),
  b: glyph(3, 'M0 0V6M0 2.9 0.9 2H2.1L3 2.9V5.1L2.1 6H0.9L0 5.1'),
  c: glyph(2.8, 'M2.8 2.7 2.1 2H0.9L0 2.9V5.1L0.9 6H2.1L2.8 5.3'),
  d: glyph(3, 'M3 0V6M3 2.9 2.1 2H0.9L0 2.9V5.1L0.9 6H2.1L3 5.1'),
  e: glyph(3, 'M0 3.9H3V2.9L2.1 2H0.9L0 2.9V5.1L0.9 6H2.2L2.9 5.4'),
  f: glyph(2.2, 'M2.2 0H1.5L0.8 0.7V6M0 2.2H2'),
  g: glyph(3, 'M3 2V7.2L2.2 8H0.5M3 2.9 2.1 2H0.9L0 2.9V5.1L0.9 6H2.1L3 5.1'),
  h: glyph(3, 'M0 0V6M0 2.9 0.9 2H2.1L3 2.9V6'),
  i: glyph(0.4, 'M0.2 2V6M0.2 0.2V0.5'),
  j: glyph(1, 'M0.8 2V7.4L0.3 8H-0.2M0.8 0.2V0.5'),
  k: glyph(2.8, 'M0 0V6M2.7 2 0 4.4M0.9 3.6 2.8 6'),
  l: glyph(0.6, 'M0.2 0V5.5L0.6 6'),
  m: glyph(5, 'M0 2V6M0 2.8 0.8 2H1.7L2.5 2.8V6M2.5 2.8 3.3 2H4.2L5 2.8V6'),
  n: glyph(3, 'M0 2V6M0 2.9 0.9 2H2.1L3 2.9V6'),
  o: glyph(3.1, 'M0.9 2H2.2L3.1 2.9V5.1L2.2 6H0.9L0 5.1V2.9Z'),
  p: glyph(3, 'M0 2V8M0 2.9 0.9 2H2.1L3 2.9V5.1L2.1 6H0.9L0 5.1'),
  q: glyph(3, 'M3 2V8M3 2.9 2.1 2H0.9L0 2.9V5.1L0.9 6H2.1L3 5.1'),
  r: glyph(2.1, 'M0 2V6M0 3 1 2H2.1'),
  s: glyph(2.7, 'M2.6 2.6 1.9 2H0.7L0 2.6V3.2L0.7 3.8H2L2.7 4.4V5.3L2 6H0.7L0 5.4'),
  t: glyph(2.2, 'M0.8 0.8V5.3L1.5 6H2.2M0 2.2H2.1'),
  u: glyph(3, 'M0 2V5.1L0.9 6H2.1L3 5.1M3 2V6'),
  v: glyph(3, 'M0 2 1.5 6 3 2'),
  w: glyph(4.4, 'M0 2 1.1 6 2.2 2.8 3.3 6 4.4 2'),
  x: glyph(3, 'M0 2 3 6M3 2 0 6'),
  y: glyph(3, 'M0 2 1.5 6M3 2 0.8 8H0'),
  z: glyph(2.8, 'M0 2H2.8L0 6H2.8'),
  '<': glyph(3, 'M3 1 0 3 3 5'),
  '>': glyph(3, 'M0 1 3 3 0 5'),
  '-': glyph(2, 'M0 3.6H2'),
  '.': glyph(0.4, 'M0.2 5.6V6'),
  ',': glyph(0.6, 'M0.4 5.6V6.2L0 7.2'),
  ':': glyph(0.4, 'M0.2 2.6V3M0.2 5.6V6'),
  '%': glyph(
    5,
    'M4.4 0 0.6 6M1 0H1.6L2.2 0.6V1.6L1.6 2.2H1L0.4 1.6V0.6ZM3.4 3.8H4L4.6 4.4V5.4L4 6H3.4L2.8 5.4V4.4Z',
  ),
  '(': glyph(1.2, 'M1.2 -0.4 0 1.4V5L1.2 6.8'),
  ')': glyph(1.2, 'M0 -0.4 1.2 1.4V5L0 6.8'),
  '/': glyph(2.6, 'M2.6 -0.2 0 6.2'),
};

/** In place of a letter that has no strokes. */
const unknown = glyph(3, 'M0 0H3V6H0Z');
const between = 1.3;

export interface Lettering {
  readonly x: number;
  /** Of the line that the letters stand on. */
  readonly y: number;
  /** Height of a capital, in pixels. */
  readonly size: number;
  readonly colour: string;
  /** What of the text is at `x`; its start if not given. */
  readonly anchor?: 'start' | 'middle' | 'end';
  /** Of a stroke, where a capital is 6 high. */
  readonly weight?: number;
}

/** A line of text as an SVG element. */
export function lettering(text: string, options: Lettering): string {
  const { x, y, size, colour, anchor = 'start', weight = 0.62 } = options;
  const scale = size / 6;
  const back = { start: 0, middle: 0.5, end: 1 }[anchor] * letteringWidth(text, size);
  let at = 0;
  const letters = glyphsOf(text).map(({ width, path }) => {
    const placed = path === '' ? '' : `<path d="${path}" transform="translate(${short(at)} 0)"/>`;
    at += width + between;
    return placed;
  });
  const place = `translate(${short(x - back)} ${short(y - size)}) scale(${short(scale)})`;
  return (
    `<g transform="${place}" fill="none" stroke="${colour}" stroke-width="${weight}"` +
    ` stroke-linecap="round" stroke-linejoin="round">${letters.join('')}</g>`
  );
}

/** How wide a line of text is, in pixels. */
export function letteringWidth(text: string, size: number): number {
  const widths = glyphsOf(text).map(({ width }) => width + between);
  return (widths.reduce((sum, width) => sum + width, 0) - (widths.length > 0 ? between : 0)) * (size / 6);
}

/** A text in lines of at most `width` pixels, as far as its words allow. */
export function wrapped(text: string, size: number, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = [...lines.slice(-1), word].join(' ');
    if (lines.length > 0 && letteringWidth(longer, size) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function glyphsOf(text: string): readonly Glyph[] {
  return [...text].map((letter) => glyphs[letter] ?? unknown);
}

function short(value: number): number {
  return Math.round(value * 1000) / 1000;
}
