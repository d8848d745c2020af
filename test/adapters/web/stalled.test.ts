import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
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

  /** Says that a message is as large as it may be and sends its beginning. Resolves with the answer. */
  function stall() {
    const headers = {
      cookie: `keepsake=${cookie}`,
      origin: address,
      'x-keepsake': visitor.state.key,
      'content-type': 'multipart/form-data; boundary=B',
      'content-length': 6 * largestPicture,
    };
    return new Promise<{ readonly status: number | undefined; readonly said: string }>((resolve, reject) => {
      const sent = request(address + path, { method: 'POST', headers, agent: false }, async (response) => {
        resolve({ status: response.statusCode, said: await text(response) });
      });
      sent.on('error', reject);
      sent.write('--B\r\nContent-Disposition: form-data; name="pictures"; filename="a.png"\r\n\r\n');
    });
  }

  function say() {
    const form = new FormData();
    form.set('line', '/help');
    form.set('pictures', new Blob([new Uint8Array(3 * largestPicture)]), 'a.png');
    return visitor.post(path, form);
  }

  return { stall, say };
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
