import { crc32 } from 'node:zlib';

/**
 * What stands in the store for a record: the CRC-32 of its key and its JSON in eight hexadecimal digits, then the JSON. A checksum of 32 bits
 * finds every byte that has flipped by itself, which JSON alone does not: `17` and `19` are both sound. With the key in it, a record
 * under another's key is found too.
 */
export function sealed(key: string, json: string): string {
  return checksum(`${key}\n${json}`) + json;
}

/** The JSON of a record; undefined where it is not what was written under that key. */
export function opened(key: string, stored: string): string | undefined {
  const json = stored.slice(8);
  return sealed(key, json) === stored ? json : undefined;
}

/** As {@link opened}, for what was written before version 3, whose checksum is of the JSON alone. */
export function openedWithoutKey(stored: string): string | undefined {
  const json = stored.slice(8);
  return checksum(json) + json === stored ? json : undefined;
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}
