import { createHash } from 'node:crypto';
import sharp from 'sharp';
import type { PixelImage } from '../../src/pictures/image.ts';

const drawingSide = 256;

/** A dog under a tree as an SVG, in colours and a place made from the seed and the words. */
export function drawing(seed: number, words: string): string {
  const hash = createHash('sha256').update(`${seed}`).digest();
  const hue = (index: number) => Math.round(((hash[index] ?? 0) / 255) * 360);
  const night = /night/.test(words);
  const [sky, ground] = night
    ? ['#23234d', '#31463a']
    : /snow/.test(words)
      ? ['#cfdce8', '#f4f7fa']
      : ['#9fd8fb', '#63b85a'];
  const coat = `hsl(${hue(0)} 65% 48%)`;
  const x = 70 + (hash[1] ?? 0) / 6;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256" viewBox="0 0 256 256">
    <rect width="256" height="256" fill="${sky}"/><circle cx="212" cy="42" r="20" fill="#fbe27a"/>
    <rect y="170" width="256" height="86" fill="${ground}"/>
    <rect x="28" y="110" width="14" height="66" fill="#7a5236"/><circle cx="35" cy="96" r="40" fill="#3f8f4a"/>
    <g fill="${coat}" stroke="#2b2320" stroke-width="3" stroke-linejoin="round">
      <path d="M${x} 150 q-22 -10 -16 -34" fill="none" stroke-width="8" stroke="${coat}"/>
      <rect x="${x + 8}" y="168" width="15" height="40"/><rect x="${x + 70}" y="168" width="15" height="40"/>
      <rect x="${x}" y="128" width="92" height="48" rx="22"/><circle cx="${x + 96}" cy="116" r="26"/>
      <path d="M${x + 82} 96 l4 -26 l18 20z" fill="hsl(${hue(2)} 60% 40%)"/>
    </g>
    <circle cx="${x + 104}" cy="112" r="4" fill="#222"/><circle cx="${x + 121}" cy="120" r="5" fill="#222"/>
    <g fill="hsl(${hue(3)} 75% 70%)"><circle cx="${x + 25}" cy="148" r="7"/><circle cx="${x + 48}" cy="156" r="7"/><circle cx="${x + 64}" cy="143" r="6"/></g>
  </svg>`;
}

/** The drawing as a PNG file. */
export function png(svg: string): Promise<Buffer> {
  return sharp(Buffer.from(svg)).resize(drawingSide, drawingSide).removeAlpha().png().toBuffer();
}

/** The drawing at the size that a model draws. */
export async function pixels(svg: string): Promise<PixelImage> {
  const rgb = await sharp(Buffer.from(svg)).resize(64, 64).removeAlpha().raw().toBuffer();
  return { width: 64, height: 64, rgb };
}

/** So many columns of drawings, as a PNG file. */
export async function grid(seeds: readonly number[], words: string, columns = 2): Promise<Buffer> {
  const cells = await Promise.all(
    seeds.map(async (seed, index) => ({
      input: await png(drawing(seed, words)),
      left: (index % columns) * (drawingSide + 4),
      top: Math.floor(index / columns) * (drawingSide + 4),
    })),
  );
  const rows = Math.ceil(seeds.length / columns);
  return sharp({
    create: {
      width: columns * (drawingSide + 4) - 4,
      height: rows * (drawingSide + 4) - 4,
      channels: 3,
      background: 'white',
    },
  })
    .composite(cells)
    .png()
    .toBuffer();
}
