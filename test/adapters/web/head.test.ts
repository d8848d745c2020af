import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { type GuardedVariables, visitorGuard } from '../../../adapters/web/guard.ts';

const app = new Hono<GuardedVariables>().use(visitorGuard()).get('/', (c) => c.text('here'));

async function head(headers: Record<string, string> = {}): Promise<number> {
  return (await app.request('http://127.0.0.1:3000/', { method: 'HEAD', headers })).status;
}

test('who only asks whether the chat is there is answered, as for the page itself', async () => {
  expect(await head()).toBe(200);
  expect(await head({ origin: 'http://evil.example' })).toBe(403);
  expect(await head({ 'sec-fetch-site': 'cross-site' })).toBe(403);
});
