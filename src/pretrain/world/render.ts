import sharp from 'sharp';
import type { PixelImage } from '../../pictures/image.ts';
import type { Drawing } from './drawing.ts';
import { hats } from './hats/index.ts';
import { drawProp, isFar } from './props.ts';
import { scenes } from './scenes/index.ts';
import { box, move, type Shape } from './shape.ts';
import { styles } from './styles/index.ts';
import { subjects } from './subjects/index.ts';

const FRAME = 64;
const FEET = 60.5;
/** A hat is this much wider than the head under it. */
const HAT_FIT = 1.16;
const TALLEST = 59;

function hatShapes(drawing: Drawing, width: number, x: number, y: number): Shape[] {
  if (!drawing.hat) return [];
  return move(hats[drawing.hat.kind].draw(drawing.hat), { x, y, scale: (width / 20) * HAT_FIT });
}

/** The subject with its hat, or the hat by itself, standing in the frame. */
function figureOf(drawing: Drawing): Shape[] {
  const { subject, hat, placement } = drawing;
  const mirrored = placement.facing === 'left';
  if (!subject) {
    const scale = 1.5 + 0.5 * placement.size;
    const place = { x: FRAME / 2 + placement.x * 8, y: FEET - 3, scale, mirrored };
    return move(hatShapes(drawing, 20 / HAT_FIT, 0, 0), place);
  }
  const figure = subjects[subject.kind];
  const { brow } = figure;
  const hatTop = hat ? -brow.y + hats[hat.kind].height * (brow.width / 20) * HAT_FIT : 0;
  const wished = figure.scale[0] + (figure.scale[1] - figure.scale[0]) * placement.size;
  const scale = Math.min(wished, TALLEST / Math.max(figure.height, hatTop));
  const shapes = [...figure.draw(subject, hat !== null), ...hatShapes(drawing, brow.width, brow.x, brow.y)];
  return move(shapes, { x: FRAME / 2 + placement.x * 5, y: FEET, scale, mirrored });
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
      scene: [...layer(true), ground, ...layer(false)],
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
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, rgb: data };
}
