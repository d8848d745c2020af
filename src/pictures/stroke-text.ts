/** Letters and figures as strokes on a field of 4 × 6: drawn, not written, since a machine may have no fonts. */
const glyphs: Readonly<Record<string, string>> = {
  '0': 'M1 0H3L4 1V5L3 6H1L0 5V1Z',
  '1': 'M0.6 1.4 2 0V6',
  '2': 'M0 1.2 1.1 0H2.9L4 1.1V2.1L0 6H4',
  '3': 'M0 0H4L1.9 2.4H2.8L4 3.6V4.9L2.9 6H1.1L0 4.9',
  '4': 'M3 6V0L0 4.2H4',
  '5': 'M4 0H0.4L0 2.6H2.9L4 3.7V4.9L2.9 6H0',
  '6': 'M3.6 0H2L0 2.6V5L1 6H3L4 5V3.6L3 2.6H0',
  '7': 'M0 0H4L1.4 6',
  '8': 'M1 0H3L4 1V2L3 2.9H1L0 2V1ZM1 2.9 0 3.9V5L1 6H3L4 5V3.9L3 2.9',
  '9': 'M0.4 6H2L4 3.4V1L3 0H1L0 1V2.4L1 3.4H4',
  a: 'M0 6 2 0 4 6M0.7 4H3.3',
  b: 'M0 0V6H3L4 5V4L3 3H0M0 0H3L4 0.9V2.1L3 3',
  c: 'M4 1 3 0H1L0 1V5L1 6H3L4 5',
  d: 'M0 0V6H2.6L4 4.4V1.6L2.6 0Z',
  e: 'M4 0H0V6H4M0 3H3',
  f: 'M4 0H0V6M0 3H3',
  g: 'M4 1 3 0H1L0 1V5L1 6H3L4 5V3.2H2.2',
  h: 'M0 0V6M4 0V6M0 3H4',
  i: 'M2 0V6M1 0H3M1 6H3',
  j: 'M4 0V5L3 6H1L0 5',
  k: 'M0 0V6M4 0 0 3.4M1.4 2.3 4 6',
  l: 'M0 0V6H4',
  m: 'M0 6V0L2 3 4 0V6',
  n: 'M0 6V0L4 6V0',
  o: 'M1 0H3L4 1V5L3 6H1L0 5V1Z',
  p: 'M0 6V0H3L4 1V2.3L3 3.3H0',
  q: 'M1 0H3L4 1V5L3 6H1L0 5V1ZM2.4 4.2 4 6',
  r: 'M0 6V0H3L4 1V2.2L3 3.2H0M2 3.2 4 6',
  s: 'M4 1 3 0H1L0 1V2L1 3H3L4 4V5L3 6H1L0 5',
  t: 'M0 0H4M2 0V6',
  u: 'M0 0V5L1 6H3L4 5V0',
  v: 'M0 0 2 6 4 0',
  w: 'M0 0 1 6 2 2 3 6 4 0',
  x: 'M0 0 4 6M4 0 0 6',
  y: 'M0 0 2 3 4 0M2 3V6',
  z: 'M0 0H4L0 6H4',
  '.': 'M1.8 6H2.2',
  '-': 'M0.8 3H3.2',
  '%': 'M4 0 0 6M0.5 0.5H1.3V1.3H0.5ZM2.7 4.7H3.5V5.5H2.7Z',
};

const fieldHeight = 6;
const advance = 5.6;

/** The strokes of one character, on a field of 4 × 6; nothing where there are none. */
export function strokesOf(character: string): string {
  return glyphs[character.toLowerCase()] ?? '';
}

/** Text as an SVG element, its top left corner at (x, y), in pixels. Other characters than letters, figures and `.-%` are gaps. */
export function strokeText(text: string, x: number, y: number, height: number, colour: string): string {
  const scale = height / fieldHeight;
  const letters = [...text].map(
    (character, index) => `<path d="${strokesOf(character)}" transform="translate(${index * advance} 0)"/>`,
  );
  return (
    `<g transform="translate(${x} ${y}) scale(${scale})" fill="none" stroke="${colour}" stroke-width="0.8"` +
    ` stroke-linecap="round" stroke-linejoin="round">${letters.join('')}</g>`
  );
}
