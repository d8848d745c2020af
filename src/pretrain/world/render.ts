import sharp from 'sharp';
import type { PixelImage } from '../../pictures/image.ts';
import type { Drawing, Hat, Placement } from './drawing.ts';
import { hats } from './hats/index.ts';
import { drawProp, isFar } from './props.ts';
import { scenes } from './scenes/index.ts';
import { box, mergeDetails, move, type Place, type Shape } from './shape.ts';
import { styles } from './styles/index.ts';
import { subjects } from './subjects/index.ts';

const FRAME = 64;
const FEET = 60.5;
/** Nothing of a figure is higher than this. */
const TALLEST = 59;
/** Free frame at either side of a figure, where there is room. */
const MARGIN = 2;
/** How far a small figure may stand from the middle. */
const STROLL = 11;
/** A hat is this much wider than the head under it. */
const HAT_FIT = 1.18;

/** Where a figure of this reach stands: as the placement wishes, but inside the frame. */
function placeFor(placement: Placement, scale: number, reach: readonly [number, number]): Place {
  const mirrored = placement.facing === 'left';
  const middle = ((reach[0] + reach[1]) / 2) * (mirrored ? -scale : scale);
  const room = Math.max(0, (FRAME - (reach[1] - reach[0]) * scale) / 2 - MARGIN);
  return { x: FRAME / 2 - middle + placement.x * Math.min(room, STROLL), y: FEET, scale, mirrored };
}

function between(range: readonly [number, number], share: number): number {
  return range[0] + (range[1] - range[0]) * share;
}

function hatAlone(hat: Hat, placement: Placement): Shape[] {
  const { draw, reach } = hats[hat.kind];
  const place = placeFor(placement, between([1.5, 1.9], placement.size), reach);
  return move(draw(hat), { ...place, y: FEET - 4 });
}

/** The subject with its hat, or the hat by itself, standing in the frame. */
function figureOf({ subject, hat, placement }: Drawing): Shape[] {
  if (!subject) return hat ? hatAlone(hat, placement) : [];
  const figure = subjects[subject.kind];
  const { brow } = figure;
  const fit = (brow.width / 20) * HAT_FIT;
  const hatTop = hat ? hats[hat.kind].height * fit - brow.y : 0;
  const scale = Math.min(between(figure.scale, placement.size), TALLEST / Math.max(figure.height, hatTop));
  const worn = hat ? move(hats[hat.kind].draw(hat), { x: brow.x, y: brow.y, scale: fit }) : [];
  return move(
    mergeDetails([...figure.draw(subject, hat !== null), ...worn]),
    placeFor(placement, scale, figure.reach),
  );
}

/** The drawing as an SVG document in a frame of 64 × 64 units, shown `size` pixels wide and high. */
export function renderSvg(drawing: Drawing, size = FRAME): string {
  const { scene, style } = drawing;
  const props = scene.props.map((prop) => ({ far: isFar(prop), shapes: drawProp(prop) }));
  const layer = (far: boolean) => props.filter((prop) => prop.far === far).flatMap((prop) => prop.shapes);
  const ground = { path: box(-4, scene.horizon, FRAME + 8, FRAME - scene.horizon + 8), colour: scene.ground };
  const body = styles[style.kind].paint(
    {
      sky: { path: box(-4, -4, FRAME + 8, FRAME + 8), colour: scene.sky },
      scene: mergeDetails([...layer(true), ground, ...layer(false)]),
      figure: figureOf(drawing),
      contour: scenes[scene.kind].contour,
    },
    style,
  );
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 ${FRAME} ${FRAME}"` +
    ` stroke-linejoin="round" stroke-linecap="round">${body}</svg>`
  );
}

/** The drawing's pixels, `size` wide and high; equal drawings give equal pixels. */
export async function renderPixels(drawing: Drawing, size = FRAME): Promise<PixelImage> {
  const { data, info } = await sharp(Buffer.from(renderSvg(drawing, size)))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, rgb: data };
}
