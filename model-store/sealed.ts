import { crc32 } from 'node:zlib';

/**
 * What stands in the store for a record: the CRC-32 of its JSON in eight hexadecimal digits, then the JSON. A checksum of 32 bits finds
 * every byte that has flipped by itself, which JSON alone does not: `17` and `19` are both sound.
 */
export function sealed(json: string): string {
  return crc32(json).toString(16).padStart(8, '0') + json;
}

/** The JSON of a record; undefined where it is not what was written. */
export function opened(stored: string): string | undefined {
  const json = stored.slice(8);
  return sealed(json) === stored ? json : undefined;
}
