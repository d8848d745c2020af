import { createHash } from 'node:crypto';
import { isIP } from 'node:net';

/**
 * Where a request comes from, by its hash: the same for all who share an address, or in IPv6 the 64 bits that one line has. Undefined
 * where it is not known. A proxy on this machine says for whom it asks, in the last entry of `X-Forwarded-For`, which is what it added
 * itself, or in `X-Real-IP`; anyone else could write anything there.
 */
export function placeOf(peer: string | undefined, headers: Headers): string | undefined {
  const told = headers.get('x-forwarded-for')?.split(',').at(-1) ?? headers.get('x-real-ip') ?? undefined;
  const near = bare(peer);
  const address = near !== undefined && isLoopback(near) ? (bare(told) ?? near) : near;
  return (
    address &&
    createHash('sha256')
      .update(`from ${network(address)}`)
      .digest('base64url')
      .slice(0, 16)
  );
}

/** Whether it is this machine by name or address: `localhost`, 127.0.0.0/8 or ::1. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** The address without what tells IPv4 in IPv6; undefined where it is none. */
function bare(address: string | undefined): string | undefined {
  const plain = address?.trim().replace(/^::ffff:(?=\d+\.)/i, '') ?? '';
  return isIP(plain) ? plain : undefined;
}

function network(address: string): string {
  if (isIP(address) === 4) return address;
  const [start = '', end] = address.toLowerCase().replace(/%.*/, '').split('::');
  const groups = (text = '') => (text === '' ? [] : text.split(':'));
  const [first, last] = [groups(start), groups(end)];
  const zeros = end === undefined ? [] : Array(Math.max(0, 8 - first.length - last.length)).fill('0');
  return [...first, ...zeros, ...last]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16))
    .join(':');
}
