import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtemp, rm } from 'node:fs/promises';
import { request, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { createWebAdapter } from '../../../adapters/web/server.ts';
import { createBot } from '../../../commands/bot/bot.ts';
import { loadCommands } from '../../../commands/index.ts';
import { createFakeJobs, createFakeMessageLog } from '../../fakes/records.ts';
import { createFakeStudio } from '../../fakes/studio.ts';
import { createVisitor } from './visitor.ts';

const cookie = 'c'.repeat(32);
const largestPicture = 1_000_000;

/** A chat that takes no upload which brings less than a megabyte in so many seconds. */
async function opened(seconds: number) {
  const folder = await mkdtemp(join(tmpdir(), 'keepsake-stalled-'));
  const log = { info: () => {}, error: () => {} };
  const studio = createFakeStudio();
  const commands = await loadCommands();
  const bot = createBot({ commands, studio, jobs: createFakeJobs(), log, largestPicture });
  const pace = { bytes: 1_000_000, seconds };
  const services = { bot, log, messages: createFakeMessageLog(), folder };
  const adapter = await createWebAdapter({ ...services, port: 0, pace });
  const address = /http:\S+/.exec(await adapter.start())![0];
  onTestFinished(async () => {
    await adapter.stop();
    await rm(folder, { recursive: true });
  });
  const visitor = await createVisitor(address, cookie);
  const path = `/api/channels/${visitor.state.channels[0]!.id}/messages`;

  /** Says that a body is so long and sends its beginning. Resolves with the answer. */
  function stallWith(path: string, type: string, length: number, beginning: string) {
    const headers = {
      cookie: `keepsake=${cookie}`,
      origin: address,
      'x-keepsake': visitor.state.key,
      'content-type': type,
      'content-length': length,
    };
    return new Promise<{ readonly status: number | undefined; readonly said: string }>((resolve, reject) => {
      const sent = request(address + path, { method: 'POST', headers, agent: false }, async (response) => {
        resolve({ status: response.statusCode, said: await text(response) });
      });
      sent.on('error', reject);
      sent.write(beginning);
    });
  }

  /** A message as large as it may be. */
  function stall() {
    const beginning = '--B\r\nContent-Disposition: form-data; name="pictures"; filename="a.png"\r\n\r\n';
    return stallWith(path, 'multipart/form-data; boundary=B', 6 * largestPicture, beginning);
  }

  /** A request of a few words. */
  function stallWords(path: string) {
    return stallWith(path, 'application/json', 100, '{"name":');
  }

  function say() {
    const form = new FormData();
    form.set('line', '/help');
    form.set('pictures', new Blob([new Uint8Array(3 * largestPicture)]), 'a.png');
    return visitor.post(path, form);
  }

  return { visitor, stall, stallWords, say };
}

test('an upload that stalls is answered and gives its room back, which others cannot have until then', async () => {
  const { stall, say } = await opened(2);
  const stalled = [stall(), stall()];
  await expect.poll(() => say().catch(String)).toContain('Too many pictures are on their way');
  for (const { status, said } of await Promise.all(stalled)) {
    expect([status, said]).toEqual([400, expect.stringContaining('Your message came too slowly')]);
  }
  await say();
});

test.each(['', '/press', '/complete'])(
  'a request of a few words to /api/channels…%s that stalls is answered',
  async (what) => {
    const { visitor, stallWords } = await opened(0.5);
    const channel = what === '' ? '' : `/${visitor.state.channels[0]!.id}`;
    const { status, said } = await stallWords(`/api/channels${channel}${what}`);
    expect([status, said]).toEqual([400, expect.stringContaining('came too slowly')]);
  },
);

test('a body may take as long as its pace lets it, while the headers before it may not', async () => {
  const limits: unknown[] = [];
  const note = (message: unknown) => {
    const { headersTimeout, requestTimeout } = (message as { readonly server: Server }).server;
    limits.push({ headersTimeout, requestTimeout });
  };
  subscribe('http.server.request.start', note);
  onTestFinished(() => void unsubscribe('http.server.request.start', note));
  await opened(2);
  expect(limits).toEqual([{ headersTimeout: 60_000, requestTimeout: 0 }]);
});
