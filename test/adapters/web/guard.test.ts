import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Adapter } from '../../../adapters/adapter.ts';
import { createWebAdapter } from '../../../adapters/web/server.ts';
import type { ChannelInfo, ChannelState, Message } from '../../../adapters/web/wire.ts';
import { createBot } from '../../../commands/bot/bot.ts';
import type { Role } from '../../../commands/bot/role.ts';
import { loadCommands } from '../../../commands/index.ts';
import { createFakeJobs, createFakeMessageLog } from '../../fakes/records.ts';
import { createFakeStudio, drawing, png } from '../../fakes/studio.ts';
import { askRaw } from './raw.ts';
import { createVisitor, type Visitor } from './visitor.ts';

let folder: string;
let adapter: Adapter;
let address: string;
let ada: Visitor;
let channel: string;
let role: Role = 'administrator';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keepsake-guard-'));
  const log = { info: () => {}, error: () => {} };
  const jobs = createFakeJobs();
  const bot = createBot({
    commands: await loadCommands(),
    studio: createFakeStudio(),
    jobs,
    log,
    largestPicture: 100_000,
  });
  const services = { bot, log, messages: createFakeMessageLog(), folder };
  adapter = await createWebAdapter({
    ...services,
    port: 0,
    allowedHosts: ['chat.example:8080'],
    roleOf: () => role,
  });
  address = /http:\S+/.exec(await adapter.start())![0];
});
beforeEach(async () => {
  ada = await createVisitor(address);
  channel = `/api/channels/${ada.state.channels[0]!.id}`;
});
afterAll(async () => {
  await adapter.stop();
  await rm(folder, { recursive: true, force: true });
});

const raw = (path: string, headers?: Record<string, string>, method?: string, body?: string) =>
  askRaw(address + path, headers, method, body);

const cookie = `keepsake=${'c'.repeat(32)}`;

async function say(line: string, files: readonly Blob[] = []): Promise<unknown> {
  const form = new FormData();
  form.set('line', line);
  for (const file of files) form.append('pictures', file, 'picture.png');
  return ada.post(`${channel}/messages`, form);
}

async function messages(): Promise<readonly Message[]> {
  return ((await ada.get(channel)) as ChannelState).messages;
}

describe('the local chat', () => {
  test('answers under its own names only', async () => {
    const { port } = new URL(address);
    for (const name of ['127.0.0.1', 'localhost', '[::1]', 'LOCALHOST']) {
      expect((await raw('/', { host: `${name}:${port}` })).status).toBe(200);
    }
    expect((await raw('/', { host: 'chat.example:8080' })).status).toBe(200);
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      `localhost.evil.example:${port}`,
      '127.0.0.1',
      'chat.example',
    ]) {
      const turnedAway = await raw('/api/state', { host });
      expect([turnedAway.status, turnedAway.body]).toEqual([421, expect.stringContaining('ALLOWED_HOSTS')]);
    }
  });

  test('opens from a link on another site, without taking the visitor for a new one, and in no frame', async () => {
    const link = {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    };
    const opened = await raw('/', link);
    expect([opened.status, opened.headers['set-cookie']]).toEqual([200, undefined]);
    expect((await raw('/page/main.ts')).headers['set-cookie']).toBeUndefined();
    expect((await raw('/api/state', link)).status).toBe(403);
    expect((await raw('/', { ...link, 'sec-fetch-dest': 'iframe' })).status).toBe(403);
    expect((await raw('/', { ...link, 'sec-fetch-mode': 'no-cors' })).status).toBe(403);
    expect((await raw('/', link, 'POST')).status).toBe(403);
  });

  test('gives a cookie to who asks as the page does and has none, and to nobody that a link led here', async () => {
    const asked = { 'x-keepsake': '' };
    const given = async (path: string, headers: Record<string, string> = {}) =>
      (await raw(path, headers)).headers['set-cookie'];
    for (const path of ['/', '/api/state', channel]) expect(await given(path), path).toBeUndefined();
    expect(await given(channel, asked)).toBeUndefined();
    expect(await given('/api/state', { ...asked, cookie })).toBeUndefined();
    const [first] = (await given('/api/state', asked)) ?? [];
    expect(first).toMatch(/^keepsake=[\w-]{32};.*HttpOnly; SameSite=Strict/);
    const own = { ...asked, cookie: first!.split(';')[0]! };
    const users = [await raw('/api/state', own), await raw('/api/state', own)].map(
      ({ body }) => JSON.parse(body).user,
    );
    expect(users[0]).toEqual(users[1]);
  });

  test('lets no page of another site change or read anything', async () => {
    const json = { 'content-type': 'application/json', cookie, 'x-keepsake': ada.state.key };
    const body = JSON.stringify({ name: 'stolen' });
    for (const headers of [
      { ...json, origin: 'http://evil.example' },
      { ...json, origin: 'null' },
      { ...json, origin: address, 'sec-fetch-site': 'cross-site' },
      { ...json, origin: address, 'sec-fetch-site': 'same-site' },
      json,
    ]) {
      expect((await raw('/api/channels', headers, 'POST', body)).status).toBe(403);
    }
    expect((await raw('/api/state', { cookie, origin: 'http://evil.example' })).status).toBe(403);
    expect((await raw('/api/state', { cookie, 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });

  test('takes changes only with the key of the same visitor', async () => {
    const body = JSON.stringify({ name: 'stolen' });
    for (const key of ['', 'x', ada.state.key]) {
      const headers = { 'content-type': 'application/json', cookie, origin: address, 'x-keepsake': key };
      const answer = await raw('/api/channels', headers, 'POST', body);
      expect([answer.status, answer.body]).toEqual([
        403,
        '{"message":"This page is out of date. Load it again."}',
      ]);
    }
  });

  test('serves pages that may run nothing but its own files', async () => {
    const { headers } = await raw('/');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toContain('unsafe');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['cross-origin-resource-policy']).toBe('same-origin');
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  test('serves the files of the page and no others', async () => {
    expect((await raw('/page/main.ts')).headers['content-type']).toMatch(/^text\/javascript/);
    for (const path of [
      '/page/../server.ts',
      '/page/%2e%2e%2fserver.ts',
      '/page/..%2f..%2f..%2fpackage.json',
      '/package.json',
    ]) {
      expect((await raw(path)).status).toBe(404);
    }
    for (const path of ['/files/x.png', '/files/%2e%2e%2fkeepsake.sqlite', `/files/${'0'.repeat(64)}.png`]) {
      expect((await raw(path)).status).toBe(404);
    }
  });

  test('answers ids that are none with a sentence', async () => {
    await expect(ada.get('/api/channels/nowhere')).rejects.toThrow('There is no such channel');
    await expect(ada.get('/api/channels/__proto__')).rejects.toThrow('There is no such channel');
    await expect(ada.post(`${channel}/press`, { message: 'x', button: 'y' })).rejects.toThrow(
      'no longer there',
    );
    await expect(ada.post(`${channel}/press`, { message: 1 })).rejects.toThrow('could not be read');
    await expect(ada.post(`${channel}/complete`, { line: '/', caret: -1 })).rejects.toThrow(
      'could not be read',
    );
    await expect(ada.get(`${channel}/samples/9`)).rejects.toThrow('There is no such concept');
  });

  test('presses only buttons that a message has', async () => {
    await say('/imagine a dog');
    await expect.poll(async () => (await messages()).at(-1)?.buttons?.length, { timeout: 10_000 }).toBe(4);
    const { id, buttons } = (await messages()).at(-1)!;
    const forged = buttons![3]!.id.replace('/moderator/', '/anyone/');
    await expect(ada.post(`${channel}/press`, { message: id, button: forged })).rejects.toThrow(
      'no longer there',
    );
  });

  test('refuses too much with a sentence, before it is read', async () => {
    const large = new Blob([new Uint8Array(800_000)]);
    await expect(say('/teach dog', [large, large, large])).rejects.toThrow('six pictures of 97 kB');
    await expect(say(`/imagine ${'x'.repeat(9000)}`)).rejects.toThrow('too long');
    await expect(say('/teach dog', Array(21).fill(new Blob(['x'])))).rejects.toThrow('At most 20 files');
    await expect(ada.post('/api/channels', { name: 'x'.repeat(70_000) })).rejects.toThrow(
      'more than is taken here',
    );
  });

  test('refuses countless parts, what says no length, and what is no form, and goes on', async () => {
    const own = {
      cookie,
      origin: address,
      'x-keepsake': (await createVisitor(address, 'c'.repeat(32))).state.key,
    };
    const post = (headers: Record<string, string>, body: string) =>
      raw(`${channel}/messages`, { ...own, ...headers }, 'POST', body);
    const form = { 'content-type': 'multipart/form-data; boundary=B' };
    const part = '--B\r\nContent-Disposition: form-data; name="x"\r\n\r\n\r\n';
    const countless = await post(form, `${part.repeat(20_000)}--B--\r\n`);
    expect([countless.status, countless.body]).toEqual([400, expect.stringContaining('could not be read')]);
    const cut = await post(form, '--B\r\nContent-Disposition: form-data; name="x"; filename="x"\r\n\r\nabc');
    expect([cut.status, cut.body]).toEqual([400, expect.stringContaining('could not be read')]);
    const chunked = await fetch(`${address}${channel}/messages`, {
      method: 'POST',
      headers: { ...own, ...form },
      body: new Blob([part]).stream(),
      duplex: 'half',
    } as RequestInit);
    expect([chunked.status, await chunked.json()]).toMatchObject([
      411,
      { message: expect.stringContaining('how long') },
    ]);
    expect((await raw('/')).status).toBe(200);
  });

  test('makes small copies of pictures only for a command that may have them', async () => {
    const picture = new Blob([new Uint8Array(await png(drawing(1, '')))]);
    const sent = async (line: string, count: number) => {
      await say(line, Array(count).fill(picture));
      return (await messages()).filter(({ author }) => author === 'person').at(-1)?.pictures?.length ?? 0;
    };
    expect(await sent('/teach dog', 6)).toBe(6);
    expect(await sent('/imagine a dog', 1)).toBe(0);
  });

  test('hands back what is refused as it was sent, and posts nothing of it', async () => {
    const { id } = (await ada.post('/api/channels', { name: 'refusals' })) as ChannelInfo;
    channel = `/api/channels/${id}`;
    const picture = new Blob([new Uint8Array(await png(drawing(1, '')))]);
    for (const [line, count, sentence] of [
      ['/tech dog', 1, 'There is no command “/tech”'],
      ['teach dog', 1, 'start with a slash'],
      ['/teach', 1, '/teach needs a class'],
      ['/teach dog kind:animal', 1, 'kind is one of'],
      ['/teach dog', 7, '7 came with it'],
    ] as const) {
      await expect(say(line, Array(count).fill(picture)), line).rejects.toThrow(sentence);
    }
    role = 'everyone';
    await expect(say('/teach dog', [picture])).rejects.toThrow('/teach is for teachers');
    role = 'administrator';
    expect(await messages()).toEqual([]);
  });

  test('says when one picture is too large', async () => {
    await say('/teach dog', [new Blob([new Uint8Array(150_000)])]);
    const last = async () => (await messages()).at(-1)?.text.join('');
    await expect.poll(last, { timeout: 10_000 }).toMatch(/^One of the files is larger than 97 kB\./);
  });

  test('never serves an upload as it came', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
    await say('/teach dog', [new Blob([svg])]);
    const sent = (await messages()).filter(({ author }) => author === 'person').at(-1);
    expect(sent?.pictures).toBeUndefined();
  });

  test('tells what was missed after the last event that a browser names', async () => {
    const { id } = (await ada.post('/api/channels', { name: 'quiet' })) as ChannelInfo;
    channel = `/api/channels/${id}`;
    await say('/help');
    await say('/help');
    await expect.poll(async () => (await messages()).length, { timeout: 10_000 }).toBe(4);
    const heard: [string | undefined, string][] = [];
    const headers = { 'last-event-id': '2' };
    const stop = await ada.listen(
      `${channel}/events?after=0`,
      (id, data) => heard.push([id, JSON.parse(data).type]),
      headers,
    );
    await expect.poll(() => heard.length, { timeout: 10_000 }).toBe(2);
    stop();
    expect(heard).toEqual([
      ['3', 'put'],
      ['4', 'put'],
    ]);
  });
});
