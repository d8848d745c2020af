import sharp from 'sharp';
import type { PixelImage } from '../pictures/image.ts';
import type { Drawing } from './drawing.ts';
import { layOut } from './layout.ts';
import { drawProp, isFar } from './props.ts';
import { scenes } from './scenes/index.ts';
import { box, frame, mergeDetails } from './shape.ts';
import { styles } from './styles/index.ts';

/** The drawing as an SVG document in a frame of 64 × 64 units, shown `size` pixels wide and high. */
export function renderSvg(drawing: Drawing, size = frame): string {
  const { scene, style } = drawing;
  const props = scene.props.map((prop) => ({ far: isFar(prop), shapes: drawProp(prop) }));
  const layer = (far: boolean) => props.filter((prop) => prop.far === far).flatMap((prop) => prop.shapes);
  const ground = { path: box(-4, scene.horizon, frame + 8, frame - scene.horizon + 8), colour: scene.ground };
  const body = styles[style.kind].paint(
    {
      sky: { path: box(-4, -4, frame + 8, frame + 8), colour: scene.sky },
      scene: mergeDetails([...layer(true), ground, ...layer(false)]),
      figures: layOut(drawing.figures),
      contour: scenes[scene.kind].contour,
    },
    style,
  );
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 ${frame} ${frame}"` +
    ` stroke-linejoin="round" stroke-linecap="round">${body}</svg>`
  );
}

/** The drawing's pixels, `size` wide and high; equal drawings give equal pixels. */
export async function renderPixels(drawing: Drawing, size = frame): Promise<PixelImage> {
  const { data, info } = await sharp(Buffer.from(renderSvg(drawing, size)))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, rgb: data };
}
