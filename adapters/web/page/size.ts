/** A limit in bytes as people say it, rounded down: `10 MB`, `1.5 MB`, `976 kB`, `1000 bytes`. */
export function sizeWords(bytes: number): string {
  if (bytes < 2 ** 10) return `${bytes} bytes`;
  if (bytes < 2 ** 20) return `${Math.floor(bytes / 2 ** 10)} kB`;
  return `${Math.floor((bytes / 2 ** 20) * 10) / 10} MB`;
}
