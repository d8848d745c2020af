import { mix, palette } from '../colour.ts';
import type { Thing } from '../drawing.ts';
import { box, ellipse, move, type Shape } from '../shape.ts';
import type { SubjectMaker } from '../subject-maker.ts';
import type { ThingMaker } from '../thing-maker.ts';

export const ballRadius = 8.5;

const round = ellipse(0, -ballRadius, ballRadius);
const marks: Readonly<Record<Thing['pattern'], readonly string[]>> = {
  plain: [],
  stripes: [box(-6.6, -18, 3.8, 19), box(1.6, -18, 3.8, 19)],
  spots: [ellipse(-4.2, -12, 2.3), ellipse(3.4, -13.6, 2.3), ellipse(5, -6.4, 2.3), ellipse(-2.4, -4.6, 2.3)],
};

/** A toy ball that lies in front of its owner's feet. */
export const ball = {
  patterns: ['plain', 'stripes', 'spots'],
  reach: [-ballRadius, ballRadius],
  scale: [1.5, 2.1],
  draw(thing) {
    const [colour, trim] = [palette[thing.colour], palette[thing.trim]];
    return [
      { path: round, colour },
      ...marks[thing.pattern].map((path): Shape => ({ path, colour: trim, clip: round, detail: true })),
      { path: ellipse(-3.2, -13.4, 1.6), colour: mix(colour, '#ffffff', 0.6), detail: true },
    ];
  },
} as const satisfies ThingMaker;

/** The ball where it lies beside a subject. */
export function besideOf(maker: SubjectMaker, thing: Thing): Shape[] {
  return move(ball.draw(thing), { x: maker.ballAt, y: 0, scale: 1 });
}
