import type { Uniform } from '../random.ts';
import { between } from './random.ts';

/** The colours that captions name, as sRGB. */
export const palette = {
  red: '#e03a3e',
  orange: '#f5871f',
  yellow: '#fbcf2b',
  green: '#3dab48',
  teal: '#12a19c',
  blue: '#2f6bdb',
  purple: '#7a3fc2',
  pink: '#f580b4',
  brown: '#8a5230',
  black: '#2a2a33',
  white: '#fbfaf5',
  grey: '#9097a1',
} as const satisfies Record<string, Hex>;

/** `#rrggbb`. */
export type Hex = `#${string}`;
export type ColourName = keyof typeof palette;

export const colourNames = Object.keys(palette) as readonly ColourName[];

type Channels = readonly [number, number, number];

/** Red, green and blue, each 0…255. */
export function channels(colour: Hex): Channels {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function hex(values: Channels): Hex {
  return `#${values.map((value) => Math.round(value).toString(16).padStart(2, '0')).join('')}`;
}

/** `from` moved toward `to` by `share` (0 = `from`, 1 = `to`). */
export function mix(from: Hex, to: Hex, share: number): Hex {
  const [a, b] = [channels(from), channels(to)];
  const at = (i: 0 | 1 | 2) => a[i] + (b[i] - a[i]) * share;
  return hex([at(0), at(1), at(2)]);
}

/** A colour anywhere between two. */
export function shade(random: Uniform, from: Hex, to: Hex): Hex {
  return mix(from, to, between(random, 0, 1));
}

/** The colour mixed with a near black, by `share` of it, 0…1. */
export function darker(colour: Hex, share = 0.2): Hex {
  return mix(colour, '#101020', share);
}

/** Brightness as the eye weighs it, 0…1 (Rec. 601 weights). */
export function luminance(colour: Hex): number {
  const [r, g, b] = channels(colour);
  return (0.299 * r + 0.587 * g + 0.114 * b) / 255;
}

/** The same grey level without hue. */
export function grey(colour: Hex): Hex {
  const level = luminance(colour) * 255;
  return hex([level, level, level]);
}

/** Straight distance in RGB, 0…441. */
export function distance(a: Hex, b: Hex): number {
  const [x, y] = [channels(a), channels(b)];
  return Math.hypot(x[0] - y[0], x[1] - y[1], x[2] - y[2]);
}

/** Of the named colours the one that nobody would take for this one. */
export function farthestColour(from: ColourName): ColourName {
  const far = (name: ColourName) => distance(palette[from], palette[name]);
  return colourNames.reduce((best, other) => (far(other) > far(best) ? other : best));
}

/** Lifted to full glow: the strongest channel at 255, dark colours lit to grey first. */
export function glowing(colour: Hex): Hex {
  const lit = luminance(colour) < 0.25 ? mix(colour, '#ffffff', 0.3) : colour;
  const [r, g, b] = channels(lit);
  const gain = 255 / Math.max(r, g, b);
  return hex([r * gain, g * gain, b * gain]);
}
