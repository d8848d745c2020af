import { expect, test } from 'vitest';
import { placeOf } from '../../../adapters/web/address.ts';

const place = (peer: string | undefined, headers: Record<string, string> = {}) =>
  placeOf(peer, new Headers(headers));

test('an address is one place, however it is written, and does not stand in what is kept of it', () => {
  expect(place('192.0.2.7')).toBe(place('::ffff:192.0.2.7'));
  expect(place('192.0.2.7')).not.toBe(place('192.0.2.8'));
  expect(place('192.0.2.7')).not.toContain('192');
  expect(place(undefined)).toBeUndefined();
});

test('all addresses of a line of IPv6 are one place, as whoever has one of them has them all', () => {
  const home = place('2001:db8:1:2::1');
  for (const same of ['2001:db8:1:2:ffff::9', '2001:0DB8:0001:0002:3:4:5:6', '2001:db8:1:2:a::']) {
    expect(place(same), same).toBe(home);
  }
  for (const other of ['2001:db8:1:3::1', '2001:db8::2', '::1', 'fe80::1%eth0']) {
    expect(place(other), other).not.toBe(home);
  }
});

test('nobody makes a new place for themselves by what they write into a request', () => {
  const attacks = ['x-forwarded-for', 'x-real-ip', 'forwarded'].map((name) => ({ [name]: '203.0.113.5' }));
  for (const headers of attacks) expect(place('192.0.2.7', headers)).toBe(place('192.0.2.7'));
  const throughProxy = (told: string) => place('127.0.0.1', { 'x-forwarded-for': told });
  expect(throughProxy('203.0.113.5, 192.0.2.7')).toBe(place('192.0.2.7'));
  expect(throughProxy('anything')).toBe(place('127.0.0.1'));
});

test('a proxy on the machine says for whom it asks', () => {
  expect(place('127.0.0.1', { 'x-forwarded-for': '192.0.2.7' })).toBe(place('192.0.2.7'));
  expect(place('::1', { 'x-real-ip': '2001:db8:1:2::1' })).toBe(place('2001:db8:1:2::2'));
});
