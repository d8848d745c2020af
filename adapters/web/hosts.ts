import { networkInterfaces } from 'node:os';

const ipv4Anywhere = '0.0.0.0';
const ipv6Anywhere = '::';
const portOfHttp = 80;

/**
 * The values of the Host header that mean this server, listening on `host` and `port`; where it listens everywhere, also
 * the machine's own addresses. A name that somebody else points here is not among them unless it is `allowed`.
 */
export function hostsOf(host: string, port: number, allowed: readonly string[]): ReadonlySet<string> {
  const everywhere = host === ipv4Anywhere || host === ipv6Anywhere;
  const addresses = ['127.0.0.1', 'localhost', '::1', host, ...(everywhere ? ownAddresses() : [])];
  const names = addresses.map(shownHost);
  const bare = port === portOfHttp ? names : [];
  return new Set(
    [...names.map((name) => `${name}:${port}`), ...bare, ...allowed].map((name) => name.toLowerCase()),
  );
}

/** The host as it stands in an address: IPv6 in brackets. */
export function shownHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((known = []) => known.map(({ address }) => address));
}
