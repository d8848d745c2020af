import sharp from 'sharp';

const gap = 16;
const background = '#ffffff';

/** PNG files side by side in rows, as one PNG; each keeps its size. Throws where there is none. */
export async function stackRows(rows: readonly (readonly Uint8Array[])[]): Promise<Uint8Array> {
  const placed: { input: Buffer; left: number; top: number }[] = [];
  let [width, top] = [0, gap];
  for (const row of rows) {
    let [left, height] = [gap, 0];
    for (const file of row) {
      const input = Buffer.from(file);
      const size = await sharp(input).metadata();
      placed.push({ input, left, top });
      left += size.width + gap;
      height = Math.max(height, size.height);
    }
    width = Math.max(width, left);
    top += height + gap;
  }
  if (placed.length === 0) throw new RangeError('There is no picture to stack');
  const sheet = sharp({ create: { width, height: top, channels: 3, background } });
  return new Uint8Array(await sheet.composite(placed).removeAlpha().png({ compressionLevel: 9 }).toBuffer());
}
