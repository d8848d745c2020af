/** What a file is, told by its first bytes alone: its name and declared type are the sender's words. */
export type FileType =
  | 'jpeg'
  | 'png'
  | 'webp'
  | 'gif'
  | 'avif'
  | 'heic'
  | 'svg'
  | 'tiff'
  | 'bmp'
  | 'pdf'
  | 'video'
  | 'archive'
  | 'text'
  | 'unknown';

const signatures: readonly (readonly [FileType, string])[] = [
  ['jpeg', '\xff\xd8\xff'],
  ['png', '\x89PNG\r\n\x1a\n'],
  ['gif', 'GIF87a'],
  ['gif', 'GIF89a'],
  ['tiff', 'II*\0'],
  ['tiff', 'MM\0*'],
  ['bmp', 'BM'],
  ['pdf', '%PDF-'],
  ['archive', 'PK\x03\x04'],
  ['archive', '\x1f\x8b'],
];

/** Brands of still pictures in the container that phones' HEIC, AVIF and most videos share. */
const heicBrands = /heic|heix|heim|heis|hevc|hevx|mif1|msf1/;

const bytesLookedAt = 4096;

/** The type of a file from its first bytes. */
export function fileType(bytes: Uint8Array): FileType {
  const head = Buffer.from(bytes.subarray(0, bytesLookedAt));
  const latin1 = head.toString('latin1');
  const signed = signatures.find(([, signature]) => latin1.startsWith(signature));
  if (signed) return signed[0];
  if (latin1.startsWith('RIFF') && latin1.startsWith('WEBP', 8)) return 'webp';
  if (latin1.startsWith('ftyp', 4)) return containerType(latin1);
  return textType(head);
}

function containerType(head: string): FileType {
  const brands = head.slice(8, 64);
  if (/^avi[fs]/.test(brands)) return 'avif';
  if (!heicBrands.test(brands.slice(0, 4))) return 'video';
  return /avif/.test(brands) ? 'avif' : 'heic';
}

function textType(head: Buffer): FileType {
  if (head.includes(0)) return 'unknown';
  const text = new TextDecoder().decode(head);
  const damaged = text.slice(0, -4).includes('\ufffd');
  if (damaged) return 'unknown';
  return /<svg[\s>]/i.test(text) ? 'svg' : 'text';
}

/** Whether a PNG declares frames: an `acTL` chunk before its first pixels. */
export function isAnimatedPng(bytes: Uint8Array): boolean {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pixels = file.indexOf('IDAT', 8, 'latin1');
  return pixels > 0 && file.subarray(0, pixels).includes('acTL', 8, 'latin1');
}
