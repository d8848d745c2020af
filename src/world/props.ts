import { darker, mix } from './colour.ts';
import type { Prop } from './drawing.ts';
import type { FarPropKind, NearPropKind, PropKind } from './kinds.ts';
import { times } from './random.ts';
import { box, ellipse, frame, polygon, type Shape } from './shape.ts';

type PropMaker = (prop: Prop) => Shape[];

const trunkColour = '#7a4a2b';

/** Behind the ground's edge: hung in the sky or standing on the horizon. */
const far = {
  sun: ({ x, y, size, colour }) => [{ path: ellipse(x, y, size), colour }],
  moon: ({ x, y, size, colour }) => [{ path: ellipse(x, y, size), colour }],
  crescent: ({ x, y, size, colour }) => [
    {
      path: `M${x},${y - size}C${x - size * 1.5},${y - size} ${x - size * 1.5},${y + size} ${x},${y + size}C${x - size * 0.4},${y + size * 0.4} ${x - size * 0.4},${y - size * 0.4} ${x},${y - size}Z`,
      colour,
    },
  ],
  star: ({ x, y, size, colour }) => [
    { path: polygon([x, y - size], [x + size, y], [x, y + size], [x - size, y]), colour, detail: true },
  ],
  cloud: ({ x, y, size, colour }) => [
    { path: ellipse(x - size * 0.7, y, size * 0.7, size * 0.45), colour, detail: true },
    { path: ellipse(x + size * 0.7, y, size * 0.7, size * 0.45), colour, detail: true },
    { path: ellipse(x, y - size * 0.25, size * 0.75, size * 0.6), colour, detail: true },
  ],
  hill: ({ x, y, size, colour }) => [{ path: ellipse(x, y, size, size * 0.42), colour }],
  building: ({ x, y, size, colour }) => {
    const height = y * 0.35 + size;
    const rows = Math.floor((height - 3) / 5);
    const windows = times(rows * 2, (i) =>
      box(x + 2 + (i % 2) * 4.4, y - height + 2.5 + Math.floor(i / 2) * 5, 2.4, 2.8),
    );
    return [
      { path: box(x, y - height, 10.6, height + 4), colour },
      ...windows.map((path): Shape => ({ path, colour: '#ffe27a', detail: true })),
    ];
  },
  mesa: ({ x, y, size, colour }) => [
    {
      path: polygon(
        [x - size * 1.1, y],
        [x - size * 0.75, y - size * 0.95],
        [x + size * 0.75, y - size * 0.95],
        [x + size * 1.1, y],
      ),
      colour,
    },
    {
      path: polygon(
        [x - size * 0.86, y - size * 0.62],
        [x + size * 0.86, y - size * 0.62],
        [x + size * 0.93, y - size * 0.42],
        [x - size * 0.93, y - size * 0.42],
      ),
      colour: mix(colour, '#ffffff', 0.25),
      detail: true,
    },
  ],
  sea: ({ y, size, colour }) => [
    { path: box(-4, y - size, frame + 8, size + 4), colour },
    { path: box(-4, y - size + 3, frame + 8, 1.4), colour: mix(colour, '#ffffff', 0.35), detail: true },
  ],
  boat: ({ x, y, size, colour }) => [
    {
      path: polygon(
        [x - size, y],
        [x + size, y],
        [x + size * 0.6, y + size * 0.6],
        [x - size * 0.6, y + size * 0.6],
      ),
      colour: trunkColour,
    },
    { path: polygon([x, y - 1], [x, y - size * 2], [x + size, y - 1]), colour },
  ],
} satisfies Record<FarPropKind, PropMaker>;

/** On the ground, behind the subject. */
const near = {
  tree: ({ x, y, size, colour }) => [
    { path: box(x - size * 0.17, y - size * 1.2, size * 0.34, size * 1.2), colour: trunkColour },
    { path: ellipse(x - size * 0.42, y - size * 1.45, size * 0.62), colour },
    { path: ellipse(x + size * 0.42, y - size * 1.45, size * 0.62), colour },
    { path: ellipse(x, y - size * 1.95, size * 0.7), colour },
  ],
  fir: ({ x, y, size, colour }) => [
    { path: box(x - size * 0.14, y - size * 0.5, size * 0.28, size * 0.5), colour: trunkColour },
    {
      path: polygon([x - size * 0.8, y - size * 0.4], [x, y - size * 1.6], [x + size * 0.8, y - size * 0.4]),
      colour,
    },
    {
      path: polygon(
        [x - size * 0.6, y - size * 1.15],
        [x, y - size * 2.3],
        [x + size * 0.6, y - size * 1.15],
      ),
      colour,
    },
    {
      path: polygon(
        [x - size * 0.28, y - size * 1.77],
        [x, y - size * 2.3],
        [x + size * 0.28, y - size * 1.77],
      ),
      colour: '#ffffff',
    },
  ],
  palm: ({ x, y, size, colour }) => [
    {
      path: `M${x},${y}Q${x + size * 0.3},${y - size} ${x},${y - size * 2}`,
      colour: trunkColour,
      line: size * 0.3,
    },
    { path: ellipse(x - size * 0.7, y - size * 1.95, size * 0.75, size * 0.26), colour },
    { path: ellipse(x + size * 0.7, y - size * 1.95, size * 0.75, size * 0.26), colour },
    { path: ellipse(x, y - size * 2.2, size * 0.6, size * 0.3), colour },
  ],
  cactus: ({ x, y, size, colour }) => [
    {
      path:
        `M${x - size * 0.55},${y - size * 1.5}L${x - size * 0.55},${y - size * 0.9}L${x},${y - size * 0.8}` +
        `M${x + size * 0.55},${y - size * 1.7}L${x + size * 0.55},${y - size * 1.1}L${x},${y - size}`,
      colour: darker(colour, 0.12),
      line: size * 0.26,
    },
    { path: box(x - size * 0.19, y - size * 2, size * 0.38, size * 2, size * 0.19), colour },
  ],
  trunk: ({ x, y, size, colour }) => [
    {
      path: `M${x - size * 0.5},-4L${x + size * 0.5},-4L${x + size * 0.5},${y - size}L${x + size},${y}L${x - size},${y}L${x - size * 0.5},${y - size}Z`,
      colour,
    },
    { path: box(x - size * 0.28, 14, size * 0.2, y - 22), colour: mix(colour, '#ffffff', 0.2), detail: true },
  ],
  canopy: ({ x, y, size, colour }) =>
    times(6, (i) => ({ path: ellipse(x + (i - 0.5) * 13, y - (i % 2) * 4 - 3, size, size * 0.85), colour })),
  toadstool: ({ x, y, size, colour }) => [
    { path: box(x - size * 0.25, y - size, size * 0.5, size), colour: '#f6ead2', detail: true },
    {
      path: `M${x - size},${y - size * 0.7}C${x - size * 0.9},${y - size * 2.1} ${x + size * 0.9},${y - size * 2.1} ${x + size},${y - size * 0.7}Z`,
      colour,
      detail: true,
    },
  ],
  fence: ({ y, size, colour }) => [
    { path: box(-4, y - size * 0.75, frame + 8, size * 0.22), colour },
    { path: box(-4, y - size * 0.35, frame + 8, size * 0.22), colour },
    ...times(8, (i) => ({ path: box(i * 8 + 1.5, y - size, 3.2, size, 1), colour })),
  ],
  pond: ({ x, y, size, colour }) => [
    { path: ellipse(x, y, size, size * 0.36), colour },
    {
      path: ellipse(x - size * 0.2, y - size * 0.06, size * 0.4, size * 0.1),
      colour: mix(colour, '#ffffff', 0.5),
      detail: true,
    },
  ],
  flower: ({ x, y, size, colour }) => [
    { path: ellipse(x, y, size), colour, detail: true },
    { path: ellipse(x, y, size * 0.4), colour: '#fff3a8', detail: true },
  ],
  path: ({ x, y, size, colour }) => [
    { path: polygon([x, y], [x + 3, y], [x + size * 1.4, frame + 4], [x - size, frame + 4]), colour },
  ],
  drift: ({ x, y, size, colour }) => [
    { path: ellipse(x, y + size * 0.2, size, size * 0.3), colour, detail: true },
  ],
  dash: ({ x, y, size, colour }) => [{ path: box(x, y, size, 1.8), colour, detail: true }],
  flake: ({ x, y, size, colour }) => [{ path: ellipse(x, y, size), colour, detail: true }],
  umbrella: ({ x, y, size, colour }) => [
    { path: box(x - 0.7, y - size * 1.8, 1.4, size * 1.8), colour: darker('#f0e0c0', 0.4), detail: true },
    {
      path: `M${x - size},${y - size * 1.6}C${x - size},${y - size * 2.7} ${x + size},${y - size * 2.7} ${x + size},${y - size * 1.6}Z`,
      colour,
    },
    {
      path: `M${x - size * 0.35},${y - size * 1.6}C${x - size * 0.3},${y - size * 2.7} ${x + size * 0.3},${y - size * 2.7} ${x + size * 0.35},${y - size * 1.6}Z`,
      colour: '#fffaf0',
      detail: true,
    },
  ],
} satisfies Record<NearPropKind, PropMaker>;

const makers: Readonly<Record<PropKind, PropMaker>> = { ...far, ...near };

/** Whether it belongs behind the ground's edge; see {@link FarPropKind}. */
export function isFar(prop: Prop): boolean {
  return prop.kind in far;
}

/** Shapes in painting order, in frame units. */
export function drawProp(prop: Prop): Shape[] {
  return makers[prop.kind](prop);
}
