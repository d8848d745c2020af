import sharp from 'sharp';

/** An SVG document of our own as PNG, `zoom` times its size, on white. Anything that others made is not for this. */
export async function rasterize(svg: string, zoom = 1): Promise<Uint8Array> {
  const png = await sharp(Buffer.from(svg), { density: 72 * zoom })
    .flatten({ background: 'white' })
    .png({ compressionLevel: 9 })
    .toBuffer();
  return new Uint8Array(png);
}
