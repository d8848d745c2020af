import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { hostsOf } from '../../../adapters/web/hosts.ts';

test('a browser leaves the port of http out, and any other in', () => {
  expect(hostsOf('127.0.0.1', 80, [])).toContain('localhost');
  expect(hostsOf('127.0.0.1', 80, [])).toContain('[::1]');
  expect(hostsOf('127.0.0.1', 3000, [])).toContain('localhost:3000');
  expect(hostsOf('127.0.0.1', 3000, [])).not.toContain('localhost');
});

test('a server that listens everywhere is known by the addresses of its machine, and one that does not is not', () => {
  const addresses = Object.values(networkInterfaces()).flatMap((known = []) => known);
  for (const { address, family } of addresses) {
    const host = family === 'IPv6' ? `[${address}]:3000` : `${address}:3000`;
    expect(hostsOf('0.0.0.0', 3000, [])).toContain(host);
    expect(hostsOf('::', 3000, [])).toContain(host);
  }
  expect(hostsOf('192.0.2.7', 3000, [])).toEqual(
    new Set(['127.0.0.1:3000', 'localhost:3000', '[::1]:3000', '192.0.2.7:3000']),
  );
});

test('names that are allowed count as they are written, whatever the case', () => {
  expect(hostsOf('0.0.0.0', 3000, ['Chat.example'])).toContain('chat.example');
  expect(hostsOf('0.0.0.0', 3000, ['Chat.example'])).not.toContain('chat.example:3000');
});
