import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createWebAdapter, type WebOptions } from '../../../adapters/web/server.ts';
import type { PageState } from '../../../adapters/web/wire.ts';
import { createBot } from '../../../commands/bot/bot.ts';
import type { User } from '../../../commands/command.ts';
import { loadCommands } from '../../../commands/index.ts';
import { createFakeJobs, createFakeMessageLog } from '../../fakes/records.ts';
import { createFakeStudio } from '../../fakes/studio.ts';
import { createVisitor } from './visitor.ts';

/** A chat whose administrators are as nobody chose. Returns its port, and who one is for a request with such headers. */
async function opened(options: Pick<WebOptions, 'host' | 'allowedHosts'>) {
  const folder = await mkdtemp(join(tmpdir(), 'keepsake-administrators-'));
  const log = { info: () => {}, error: () => {} };
  const bot = createBot({
    commands: await loadCommands(),
    studio: createFakeStudio(),
    jobs: createFakeJobs(),
    log,
    largestPicture: 100_000,
  });
  const askers: User[] = [];
  const check: typeof bot.check = (invocation) => {
    askers.push(invocation.user);
    return bot.check(invocation);
  };
  const services = { bot: { ...bot, check }, log, messages: createFakeMessageLog(), folder };
  const adapter = await createWebAdapter({ ...services, port: 0, ...options });
  const port = Number(/\d+$/.exec(await adapter.start())![0]);
  onTestFinished(async () => {
    await adapter.stop();
    await rm(folder, { recursive: true });
  });
  /** A raw request: fetch would not send another Host. */
  const roleWith = (headers: Record<string, string>) =>
    new Promise<string>((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, path: '/api/state', headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.on('end', () => resolve((JSON.parse(text) as PageState).user.role));
      });
      sent.on('error', reject).end();
    });
  return { port, roleWith, askers };
}

test('who asks the machine itself, that lets only itself in, is an administrator', async () => {
  const { port, roleWith } = await opened({});
  for (const name of ['127.0.0.1', 'localhost', '[::1]', 'LOCALHOST']) {
    expect(await roleWith({ host: `${name}:${port}` }), name).toBe('administrator');
  }
});

test('nobody whom a proxy on the machine speaks for is an administrator, whatever they have it say', async () => {
  const { port, roleWith } = await opened({ allowedHosts: ['chat.example'] });
  const host = `127.0.0.1:${port}`;
  expect(await roleWith({ host: 'chat.example' })).toBe('teacher');
  for (const [name, value] of [
    ['x-forwarded-for', '127.0.0.1'],
    ['X-Forwarded-Proto', 'https'],
    ['x-forwarded-host', 'localhost'],
    ['x-forwarded-for', ''],
    ['forwarded', 'for=127.0.0.1;host=localhost'],
    ['via', '1.1 proxy'],
    ['x-real-ip', '127.0.0.1'],
  ] as const) {
    expect(await roleWith({ host, [name]: value }), name).toBe('teacher');
  }
});

test('nobody is an administrator of a chat that lets others in, from wherever they ask', async () => {
  const { port, roleWith } = await opened({ host: '0.0.0.0' });
  expect(await roleWith({ host: `localhost:${port}` })).toBe('teacher');
});

test('visitors of a chat that lets others in are counted by where they ask from besides, as a new id costs them nothing', async () => {
  const { port, askers } = await opened({ host: '0.0.0.0' });
  for (let visit = 0; visit < 2; visit++) {
    const visitor = await createVisitor(`http://127.0.0.1:${port}`);
    const form = new FormData();
    form.set('line', '/help');
    await visitor.post(`/api/channels/${visitor.state.channels[0]!.id}/messages`, form);
    expect(visitor.state.user).not.toHaveProperty('from');
  }
  const [first, second] = askers;
  expect(first?.id).not.toBe(second?.id);
  expect(first?.from).toMatch(/^[\w-]{16}$/);
  expect(second?.from).toBe(first?.from);
});

test('administrators alone add channels and remove them, with what was said there', async () => {
  const cookie = 'c'.repeat(32);
  const sent = async (port: number, path: string, method: string) => {
    const address = `http://127.0.0.1:${port}`;
    const { state } = await createVisitor(address, cookie);
    const headers = {
      cookie: `keepsake=${cookie}`,
      origin: address,
      'content-type': 'application/json',
      'x-keepsake': state.key,
    };
    const body = method === 'POST' ? { body: JSON.stringify({ name: 'garden' }) } : {};
    return fetch(address + path, { method, headers, ...body });
  };
  const refused = 'Only administrators add channels and remove them.';
  const open = await opened({ host: '0.0.0.0' });
  const [only] = (await createVisitor(`http://127.0.0.1:${open.port}`)).state.channels;
  for (const [path, method] of [
    ['/api/channels', 'POST'],
    [`/api/channels/${only!.id}`, 'DELETE'],
  ] as const) {
    expect(await (await sent(open.port, path, method)).json()).toMatchObject({ message: refused });
  }
  const { port } = await opened({});
  const { id } = (await (await sent(port, '/api/channels', 'POST')).json()) as { readonly id: string };
  expect((await sent(port, `/api/channels/${id}`, 'GET')).status).toBe(200);
  expect((await sent(port, `/api/channels/${id}`, 'DELETE')).status).toBe(204);
  expect((await sent(port, `/api/channels/${id}`, 'GET')).status).toBe(404);
});
