import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import {
  colourAt,
  fromRgb,
  handmadePng,
  noise,
  plain,
  pngChunk,
  quarterColours,
  quarters,
  unfilteredRows,
} from './files.ts';
import { read, refusal } from './taking.ts';

const corners = [
  [0.25, 0.25],
  [0.75, 0.25],
  [0.25, 0.75],
  [0.75, 0.75],
] as const;

describe('a picture that is taken', () => {
  test('keeps its pixels exactly where the size fits', async () => {
    const rgb = noise(64, 64);
    const picture = await read(await fromRgb(rgb, 64, 64).png().toBuffer());
    expect(picture).toEqual({ width: 64, height: 64, rgb });
  });

  test('is upright whatever its EXIF orientation says', async () => {
    const upright = fromRgb(quarters(80, 80), 80, 80);
    // What a camera stores for each orientation: the picture turned the other way.
    const stored = {
      3: upright.clone().rotate(180),
      6: upright.clone().rotate(270),
      8: upright.clone().rotate(90),
      2: upright.clone().flop(),
      4: upright.clone().flip(),
    };
    for (const [orientation, turned] of Object.entries(stored)) {
      const pixels = await turned.png().toBuffer();
      const file = await sharp(pixels)
        .withMetadata({ orientation: Number(orientation) })
        .png()
        .toBuffer();
      const picture = await read(file);
      expect(corners.map(([x, y]) => colourAt(picture, x, y))).toEqual(quarterColours);
    }
  });

  test('is cut evenly at both ends to fill the size', async () => {
    const red = await plain(40, 64, '#f00').png().toBuffer();
    const wide = await plain(160, 64, '#00f')
      .composite([{ input: red, left: 60, top: 0 }])
      .png()
      .toBuffer();
    const picture = await read(wide);
    expect(colourAt(picture, 0.5, 0.5)).toEqual([255, 0, 0]);
    expect([colourAt(picture, 0.05, 0.5), colourAt(picture, 0.95, 0.5)]).toEqual([
      [0, 0, 255],
      [0, 0, 255],
    ]);
  });

  test('is shown whole on white when padded', async () => {
    const wide = await plain(160, 80, '#00f').png().toBuffer();
    const picture = await read(wide, { fit: 'pad' });
    expect(colourAt(picture, 0.5, 0.1)).toEqual([255, 255, 255]);
    expect(colourAt(picture, 0.5, 0.9)).toEqual([255, 255, 255]);
    expect(colourAt(picture, 0.02, 0.5)).toEqual([0, 0, 255]);
  });

  test('has its transparency on white', async () => {
    const clear = { r: 255, g: 0, b: 0, alpha: 0.5 };
    const bytes = await sharp({ create: { width: 64, height: 64, channels: 4, background: clear } })
      .png()
      .toBuffer();
    const [r, g, b] = colourAt(await read(bytes), 0.5, 0.5);
    expect(r).toBe(255);
    expect(Math.abs(g! - 127)).toBeLessThanOrEqual(1);
    expect(b).toBe(g);
  });

  test.each(['b-w', 'grey16', 'rgb16'])('is 8-bit RGB when it was %s', async (space) => {
    const bytes = await plain(64, 64, '#808080').toColourspace(space).png().toBuffer();
    expect(colourAt(await read(bytes), 0.5, 0.5)).toEqual([128, 128, 128]);
  });

  test('is sRGB when it was CMYK', async () => {
    const bytes = await plain(64, 64, '#ff0000').toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer();
    expect((await sharp(bytes).metadata()).channels).toBe(4);
    const [r, g, b] = colourAt(await read(bytes), 0.5, 0.5);
    expect(r).toBeGreaterThan(200);
    expect(Math.max(g!, b!)).toBeLessThan(40);
  });

  test.each(['jpeg', 'png', 'webp', 'gif', 'avif'] as const)('may be a %s', async (format) => {
    const bytes = await fromRgb(quarters(96, 96), 96, 96).toFormat(format, { quality: 90 }).toBuffer();
    const picture = await read(bytes);
    for (const [index, [x, y]] of corners.entries()) {
      const far = colourAt(picture, x, y).map((value, at) => Math.abs(value - quarterColours[index]![at]!));
      expect(Math.max(...far)).toBeLessThan(16);
    }
  });

  test('carries nothing but its pixels', async () => {
    const exif = { IFD0: { Artist: 'somebody' }, IFD3: { GPSLatitudeRef: 'N' } };
    const bytes = await plain(64, 64, '#123456').withExif(exif).jpeg().toBuffer();
    const picture = await read(bytes);
    expect(Object.keys(picture).sort()).toEqual(['height', 'rgb', 'width']);
    expect(picture.rgb.buffer.byteLength).toBe(64 * 64 * 3);
  });
});

describe('an animation', () => {
  const red = Buffer.from(unfilteredRows(32, 32, [255, 0, 0]));
  const animated = async (format: 'gif' | 'webp') => {
    const frames = await Promise.all(
      ['#f00', '#00f'].map((colour) => plain(32, 32, colour).png().toBuffer()),
    );
    return sharp(frames, { join: { animated: true } })
      .toFormat(format, { lossless: true })
      .toBuffer();
  };

  test.each(['gif', 'webp'] as const)('as %s gives its first frame and says so', async (format) => {
    const notes: string[] = [];
    const picture = await read(await animated(format), { onNote: (note) => notes.push(note) });
    expect(colourAt(picture, 0.5, 0.5)).toEqual([255, 0, 0]);
    expect(notes).toEqual(['The picture is an animation; only its first frame was used.']);
  });

  test('as PNG gives its first frame and says so', async () => {
    const notes: string[] = [];
    const control = pngChunk('acTL', Buffer.from([0, 0, 0, 2, 0, 0, 0, 0]));
    const bytes = handmadePng(32, 32, { pixels: red, before: [control] });
    const picture = await read(bytes, { onNote: (note) => notes.push(note) });
    expect(colourAt(picture, 0.5, 0.5)).toEqual([255, 0, 0]);
    expect(notes).toHaveLength(1);
  });

  test('is not what a still picture is called', async () => {
    const notes: string[] = [];
    await read(handmadePng(32, 32, { pixels: red }), { onNote: (note) => notes.push(note) });
    expect(notes).toEqual([]);
  });
});

describe('a file that is refused, with what to do', () => {
  const heic = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1');
  const svg =
    '<?xml version="1.0"?>\n<!-- a -->\n<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"/>';
  const cases: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ['an empty file', new Uint8Array(), /empty file\. Send it again/],
    ['text named .png', Buffer.from('not a picture\n'.repeat(50)), /text file.*Send a JPEG/],
    ['an SVG', Buffer.from(svg), /SVG drawing.*Export it as PNG/],
    ['an SVG after a byte order mark', Buffer.from(`\ufeff  ${svg}`), /SVG drawing/],
    ['HEIC', Buffer.concat([heic, noise(10, 10)]), /HEIC photo.*Save or share it as JPEG/],
    ['a video', Buffer.concat([Buffer.from('\0\0\0\x18ftypisom\0\0\0\0', 'latin1'), noise(9, 9)]), /video/],
    ['a PDF', Buffer.from('%PDF-1.7\n%âãÏÓ\n'), /PDF document.*Save the page as PNG/],
    ['a TIFF', Buffer.from('II*\0\x08\0\0\0'), /TIFF/],
    ['a zip', Buffer.from('PK\x03\x04\x14\0'), /archive\. Unpack it/],
    ['random bytes', noise(20, 20), /no picture\. Send a JPEG/],
    ['a signature alone', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), /damaged or cut off/],
  ];

  test.each(cases)('%s', async (_, bytes, sentence) => {
    expect(await refusal(bytes)).toMatch(sentence);
  });

  test.each(['jpeg', 'png', 'webp', 'gif', 'avif'] as const)('a %s cut off in the middle', async (format) => {
    const whole = await fromRgb(noise(120, 120), 120, 120).toFormat(format).toBuffer();
    expect(await refusal(whole.subarray(0, whole.length * 0.6))).toMatch(/damaged or cut off.*Save it again/);
  });

  test('more bytes than allowed, by one', async () => {
    const bytes = await plain(64, 64, '#fff').png().toBuffer();
    await read(bytes, { limits: { bytes: bytes.length } });
    expect(await refusal(bytes, { limits: { bytes: bytes.length - 1 } })).toMatch(
      /MB allowed\. Send a smaller/,
    );
    expect(await refusal(new Uint8Array(10 * 2 ** 20 + 1))).toMatch(/10\.0 MB/);
  });

  test('one pixel, and a side shorter than 16', async () => {
    for (const [width, height] of [
      [1, 1],
      [15, 400],
      [400, 15],
    ] as const) {
      const bytes = await plain(width, height, '#fff').png().toBuffer();
      expect(await refusal(bytes)).toContain(`only ${width} × ${height} pixels. Send one with at least 16`);
    }
    await read(await plain(16, 16, '#fff').png().toBuffer());
  });
});
