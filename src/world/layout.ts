import type { Figure, Placement } from './drawing.ts';
import { hats } from './hats/index.ts';
import { frame, mergeDetails, move, type Place, type Shape } from './shape.ts';
import type { SubjectMaker } from './subject-maker.ts';
import { subjects } from './subjects/index.ts';
import { ballRadius, besideOf } from './things/ball.ts';
import { things } from './things/index.ts';
import { around } from './things/scarf.ts';

const feet = 60.5;
/** Nothing of a figure is higher than this. */
const tallestFigure = 59;
/** Free frame at either side of a figure, where there is room. */
const margin = 2;
/** How far a small figure may stand from the middle. */
const stroll = 11;
/** A hat is this much wider than the head under it. */
const hatFit = 1.18;
/** The width that two figures share: a little over the frame's, since their tails and snouts may overlap. */
const shared = frame + 3;
const edgeGap = 0.5;
/** The one behind stands this much higher. */
const behind = 2.5;

type Reach = readonly [left: number, right: number];

/** A figure in its own units, standing on (0, 0): layers with a contour each, how far it reaches, and how large it wants to be. */
interface Cutout {
  readonly layers: readonly (readonly Shape[])[];
  readonly reach: Reach;
  readonly scale: number;
  readonly lift: number;
}

function between(range: readonly [number, number], share: number): number {
  return range[0] + (range[1] - range[0]) * share;
}

const width = ({ reach, scale }: Pick<Cutout, 'reach' | 'scale'>) => (reach[1] - reach[0]) * scale;

function alone({ hat, scarf, ball, placement }: Figure): Cutout {
  const maker = hat ? hats[hat.kind] : things[scarf ? 'scarf' : 'ball'];
  const shapes = hat ? hats[hat.kind].draw(hat) : scarf ? things.scarf.draw(scarf) : things.ball.draw(ball!);
  const range = 'scale' in maker ? maker.scale : ([1.5, 1.9] as const);
  return { layers: [shapes], reach: maker.reach, scale: between(range, placement.size), lift: 4 };
}

function worn({ hat, scarf }: Figure, { brow, neck }: SubjectMaker, fit: number): Shape[] {
  return [
    ...(scarf && neck ? around(neck, scarf) : []),
    ...(hat ? move(hats[hat.kind].draw(hat), { x: brow.x, y: brow.y, scale: fit }) : []),
  ];
}

/** How far a subject reaches with its hat and its ball. */
function reachOf({ hat, ball }: Figure, maker: SubjectMaker, fit: number): Reach {
  const [back, front] = hat ? hats[hat.kind].reach : ([0, 0] as const);
  const [left, right] = maker.reach;
  return [
    Math.min(left, maker.brow.x + back * fit),
    Math.max(right, maker.brow.x + front * fit, ball ? maker.ballAt + ballRadius : right),
  ];
}

function cutout(figure: Figure, paired: boolean): Cutout {
  const { subject, hat, scarf, ball, placement } = figure;
  if (!subject) return alone(figure);
  const maker: SubjectMaker = subjects[subject.kind];
  const fit = (maker.brow.width / 20) * hatFit;
  const hatTop = hat ? hats[hat.kind].height * fit - maker.brow.y : 0;
  const bare = scarf ? { ...subject, collar: null } : subject;
  const shapes = [...maker.draw(bare, hat !== null), ...worn(figure, maker, fit)];
  const reach = ball || paired ? reachOf(figure, maker, fit) : maker.reach;
  const room = ball ? (frame - margin) / (reach[1] - reach[0]) : Number.POSITIVE_INFINITY;
  const tallest = paired ? tallestFigure - behind : tallestFigure;
  return {
    layers: [mergeDetails(shapes), ...(ball ? [besideOf(maker, ball)] : [])],
    reach,
    scale: Math.min(between(maker.scale, placement.size), tallest / Math.max(maker.height, hatTop), room),
    lift: 0,
  };
}

/** Where a figure stands by itself: as the placement wishes, but inside the frame. */
function placeAlone(cut: Cutout, placement: Placement): Place {
  const { reach, scale } = cut;
  const mirrored = placement.facing === 'left';
  const middle = ((reach[0] + reach[1]) / 2) * (mirrored ? -scale : scale);
  const room = Math.max(0, (frame - width(cut)) / 2 - margin);
  return {
    x: frame / 2 - middle + placement.x * Math.min(room, stroll),
    y: feet - cut.lift,
    scale,
    mirrored,
  };
}

/** Where each of several figures stands, left to right, each as wide as it can be beside the others. */
function placesBeside(cuts: readonly Cutout[], placements: readonly Placement[]): Place[] {
  const total = cuts.reduce((sum, cut) => sum + width(cut), 0);
  const squeeze = Math.min(1, shared / total);
  const spare = frame - total * squeeze;
  const edge = Math.max(edgeGap, spare / (cuts.length + 1));
  const gap = (spare - 2 * edge) / (cuts.length - 1);
  const farthest = Math.min(...placements.map(({ size }) => size));
  let left = edge;
  return cuts.map((cut, i) => {
    const placement = placements[i]!;
    const scale = cut.scale * squeeze;
    const mirrored = placement.facing === 'left';
    const x = left + (mirrored ? cut.reach[1] * scale : -cut.reach[0] * scale);
    left += width(cut) * squeeze + gap;
    return { x, y: feet - (placement.size === farthest ? behind : 0), scale, mirrored };
  });
}

/** The figures of a drawing in the frame, from back to front: layers that have a contour each. */
export function layOut(figures: readonly Figure[]): readonly (readonly Shape[])[] {
  const cuts = figures.map((figure) => cutout(figure, figures.length > 1));
  const placements = figures.map(({ placement }) => placement);
  const places =
    cuts.length > 1 ? placesBeside(cuts, placements) : cuts.map((cut, i) => placeAlone(cut, placements[i]!));
  return cuts
    .map((cut, i) => ({ layers: cut.layers.map((layer) => move(layer, places[i]!)), y: places[i]!.y }))
    .sort((a, b) => a.y - b.y)
    .flatMap(({ layers }) => layers);
}
