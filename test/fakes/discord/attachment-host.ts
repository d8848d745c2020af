import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Serving, serve } from '../serving.ts';
import type { FakeAttachment, World } from './world.ts';

/** Where attachments lie: signed addresses that expire. */
export interface AttachmentHost {
  readonly origin: string;
  /** Keeps a file for a day by the clock of the fake, and returns what Discord tells of it. */
  keep(
    bytes: Uint8Array,
    options?: { readonly name?: string; readonly serving?: Serving; readonly elsewhere?: string },
  ): FakeAttachment;
  /** Paths that were asked for. */
  readonly asked: readonly string[];
  stop(): Promise<void>;
}

const day = 86_400_000;

export async function startAttachmentHost(world: World): Promise<AttachmentHost> {
  const files = new Map<
    string,
    {
      readonly bytes: Uint8Array;
      readonly serving: Serving;
      readonly elsewhere: string | undefined;
      readonly until: number;
    }
  >();
  const asked: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    const { pathname } = new URL(url, 'http://fake.invalid');
    asked.push(pathname);
    const file = files.get(pathname);
    if (!file || world.clock.now() > file.until) {
      return void response
        .writeHead(404, { 'content-type': 'text/plain' })
        .end('This content is no longer available.');
    }
    serve(response, { ...file, mimetype: 'image/png' });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    origin,
    asked,
    keep(bytes, { name = 'picture.png', serving = 'whole', elsewhere } = {}) {
      const id = world.newId();
      const until = world.clock.now() + day;
      const path = `/attachments/${id}/${name}`;
      files.set(path, { bytes, serving, elsewhere, until });
      const url = `${origin}${path}?ex=${Math.floor(until / 1000).toString(16)}&is=0&hm=signature`;
      return { id, filename: name, size: bytes.length, url, content_type: 'image/png' };
    },
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
}
