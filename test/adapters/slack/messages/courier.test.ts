import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { webApi } from '@slack/bolt';
import { expect, onTestFinished, test } from 'vitest';
import { createCourier } from '../../../../adapters/slack/messages/courier.ts';

/** A host that keeps what is brought to it. */
async function openHost() {
  const brought: string[] = [];
  const server = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => brought.push(String(chunk)));
    request.on('end', () => response.end('OK'));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  onTestFinished(() => void server.close());
  return { brought, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const file = { name: 'dog.png', bytes: new TextEncoder().encode('a picture') };

function courierTo(upload_url: string, files: readonly string[]) {
  const getUploadURLExternal = async () => ({ ok: true, upload_url, file_id: 'F1' });
  const client = { files: { getUploadURLExternal } } as unknown as webApi.WebClient;
  return createCourier({ client, files, patience: [] });
}

test('a file is brought to Slack’s hosts, and to no other that an answer names', async () => {
  const [own, foreign] = [await openHost(), await openHost()];
  expect(await courierTo(`${own.address}/upload`, [own.address]).upload(file)).toBe('F1');
  expect(own.brought).toEqual(['a picture']);
  for (const url of [`${foreign.address}/upload`, 'file:///etc/passwd', 'no address'])
    await expect(courierTo(url, [own.address]).upload(file)).rejects.toThrow('none of its own');
  expect(foreign.brought).toEqual([]);
});
