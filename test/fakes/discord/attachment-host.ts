import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FakeAttachment, World } from './world.ts';

/** How a file is served. */
export type Serving =
  | 'whole'
  /** Nothing ever comes. */
  | 'hanging'
  /** The first bytes come, and then nothing. */
  | 'stalling'
  /** More bytes come than Discord said there are. */
  | 'longer'
  /** The connection ends before the file does. */
  | 'cut'
  /** A page comes instead, with status 200. */
  | 'page'
  /** Another address is named. */
  | 'elsewhere';

/** Where attachments lie: signed addresses that expire. */
export interface AttachmentHost {
  readonly origin: string;
  /** Keeps a file for a day by the clock of the fake, and returns what Discord tells of it. */
  keep(bytes: Uint8Array, options?: { readonly name?: string; readonly serving?: Serving }): FakeAttachment;
  /** Paths that were asked for. */
  readonly asked: readonly string[];
  stop(): Promise<void>;
}

const day = 86_400_000;

export async function startAttachmentHost(world: World): Promise<AttachmentHost> {
  const files = new Map<
    string,
    { readonly bytes: Uint8Array; readonly serving: Serving; readonly until: number }
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
    serve(response, file.bytes, file.serving);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    origin,
    asked,
    keep(bytes, { name = 'picture.png', serving = 'whole' } = {}) {
      const id = world.newId();
      const until = world.clock.now() + day;
      const path = `/attachments/${id}/${name}`;
      files.set(path, { bytes, serving, until });
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

function serve(response: ServerResponse, bytes: Uint8Array, serving: Serving): void {
  const headers = { 'content-type': 'image/png' };
  if (serving === 'hanging') return;
  if (serving === 'page') {
    return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Log in</html>');
  }
  if (serving === 'elsewhere') return void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
  if (serving === 'longer') return void response.writeHead(200, headers).end(Buffer.concat([bytes, bytes]));
  if (serving === 'whole') return void response.writeHead(200, headers).end(bytes);
  response.writeHead(200, { ...headers, 'content-length': bytes.length });
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => {
    if (serving === 'cut') response.destroy();
  });
}
