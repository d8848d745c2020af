import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/**
 * A stand-in for Hugging Face with one repository, `owner/model`, alike in its branches `main` and `onnx`: lists it, and serves its files
 * and ranges of them.
 */
export interface Hub {
  readonly url: string;
  /** Every request: path, range and authorization. */
  readonly asked: { path: string; range: string | undefined; authorization: string | undefined }[];
  /** What goes wrong: nothing by default. */
  faults: {
    /** Breaks the connection after so many bytes of this file, once. */
    cut?: { path: string; bytes: number } | undefined;
    /** Serves other bytes than are listed. */
    changed?: string;
    /** Serves so many bytes more of this file than it lists and says. */
    longer?: { path: string; bytes: number };
    status?: number;
  };
  /** Files besides those of the folder, and what is listed of them. */
  readonly extra: Map<string, Buffer>;
  close(): Promise<void>;
}

/** @param lfsFrom files of so many bytes or more are listed as in Git LFS */
export async function startHub(folder: string, lfsFrom = 10_000): Promise<Hub> {
  const files = new Map<string, Buffer>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) {
      const path = join(entry.parentPath, entry.name);
      files.set(path.slice(folder.length + 1), await readFile(path));
    }
  const hub: Omit<Hub, 'url' | 'close'> = { asked: [], faults: {}, extra: new Map() };
  const all = () => new Map([...files, ...hub.extra]);

  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://hub').pathname);
    const { range, authorization } = request.headers;
    hub.asked.push({ path, range, authorization });
    if (hub.faults.status) return void response.writeHead(hub.faults.status).end('{}');
    if (/^\/api\/models\/owner\/model\/tree\/(?:main|onnx)$/.test(path))
      return void response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify(list(all(), lfsFrom)));
    const file = path.replace(/^\/owner\/model\/resolve\/(?:main|onnx)\//, '');
    const bytes = all().get(file);
    if (bytes === undefined) return void response.writeHead(404).end();
    send(hub.faults, file, bytes, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(hub, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

function list(files: ReadonlyMap<string, Buffer>, lfsFrom: number) {
  return [...files].map(([path, bytes]) => {
    const sha1 = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
    const lfs = {
      oid: createHash('sha256').update(bytes).digest('hex'),
      size: bytes.length,
      pointerSize: 130,
    };
    return {
      type: 'file',
      path,
      size: bytes.length,
      oid: sha1,
      ...(bytes.length >= lfsFrom && { oid: 'of the pointer', lfs }),
    };
  });
}

function send(
  faults: Hub['faults'],
  file: string,
  original: Buffer,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const bytes = faults.changed === file ? Buffer.from(original.map((byte) => byte ^ 1)) : original;
  const [, from = '0', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  const end = to === '' ? bytes.length - 1 : Math.min(Number(to), bytes.length - 1);
  const body = bytes.subarray(Number(from), end + 1);
  if (faults.longer?.path === file && body.length > 1)
    return void response.writeHead(200).end(Buffer.concat([body, Buffer.alloc(faults.longer.bytes)]));
  response.writeHead(206, {
    'content-range': `bytes ${from}-${end}/${bytes.length}`,
    'content-length': body.length,
    etag: '"x"',
  });
  if (faults.cut?.path !== file || body.length <= faults.cut.bytes) return void response.end(body);
  const { bytes: most } = faults.cut;
  faults.cut = undefined;
  response.write(body.subarray(0, most), () => setTimeout(() => response.destroy(), 50));
}
