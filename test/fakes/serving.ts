import type { ServerResponse } from 'node:http';

/** How a file is served. */
export type Serving =
  | 'whole'
  /** Nothing ever comes. */
  | 'hanging'
  /** The first bytes come, and then nothing. */
  | 'stalling'
  /** More bytes come than the platform said there are. */
  | 'longer'
  /** The connection ends before the file does. */
  | 'cut'
  /** A page to log in by comes instead, with status 200. */
  | 'page'
  /** Another address is named. */
  | 'elsewhere';

export interface ServedFile {
  readonly bytes: Uint8Array;
  readonly mimetype: string;
  readonly serving: Serving;
  /** The other address. Default: one where nothing answers. */
  readonly elsewhere?: string | undefined;
}

const nowhere = 'http://127.0.0.1:1/';
const loginPage = '<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in</body></html>';

export function serve(
  response: ServerResponse,
  { bytes, mimetype, serving, elsewhere = nowhere }: ServedFile,
): void {
  const headers = { 'content-type': mimetype };
  if (serving === 'hanging') return;
  if (serving === 'page') {
    return void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(loginPage);
  }
  if (serving === 'elsewhere') return void response.writeHead(302, { location: elsewhere }).end();
  if (serving === 'longer') return void response.writeHead(200, headers).end(Buffer.concat([bytes, bytes]));
  if (serving === 'whole') return void response.writeHead(200, headers).end(bytes);
  response.writeHead(200, { ...headers, 'content-length': bytes.length });
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => {
    if (serving === 'cut') response.destroy();
  });
}
