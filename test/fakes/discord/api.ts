import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { type Answer, Refusal } from './answer.ts';
import type { Fault, Faults } from './faults.ts';
import type { Route } from './route.ts';
import type { Wire, WireFile, WireRequest } from './wire.ts';
import type { World } from './world.ts';

export interface ApiOptions {
  readonly world: World;
  readonly wire: Wire;
  readonly faults: Faults;
  readonly routes: readonly Route[];
}

type Read = Omit<WireRequest, 'status'>;

const version = '/api/v10';
const unauthorized: Answer = { status: 401, body: { message: '401: Unauthorized', code: 0 } };
const notFound: Answer = { status: 404, body: { message: '404: Not Found', code: 0 } };

/** Answers requests to the API, and writes each down with its answer. */
export function createApi({ world, wire, faults, routes }: ApiOptions) {
  function work(request: Read): Answer {
    const route = routes.find(({ method, path }) => method === request.method && path.test(request.path));
    if (!route) return notFound;
    if (route.token && request.authorization !== `Bot ${world.token}`) return unauthorized;
    const params = route.path.exec(request.path)!.slice(1);
    try {
      return route.answer({ ...request, world, params });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { status: error.status, body: { message: error.message, code: error.code } };
    }
  }

  return async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await read(incoming, world.clock.now()).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET') throw error;
    });
    if (!request) return;
    const fault = faults.meet(request.method, request.path);
    if (fault && 'hold' in fault) await fault.hold;
    const planned = fault && refusalOf(fault, response);
    const cutBefore = fault && 'cut' in fault && fault.cut === 'before';
    const done = planned ?? (cutBefore ? { status: 0 } : work(request));
    const cut = fault && 'cut' in fault;
    const answer = fault && 'failAfter' in fault ? { status: fault.failAfter, body: {} } : done;
    wire.note({ ...request, status: cut ? 0 : answer.status });
    if (cut) return void incoming.socket.destroy();
    send(response, answer);
    await pause(0);
    wire.wake();
  };
}

function refusalOf(fault: Fault, response: ServerResponse): Answer | undefined {
  if (!('status' in fault)) return undefined;
  const { status, code, message = 'The fake refuses', retryAfter } = fault;
  if (retryAfter === undefined) return { status, body: { message, code } };
  response.setHeader('retry-after', String(retryAfter));
  response.setHeader('x-ratelimit-scope', 'user');
  return { status, body: { message: 'You are being rate limited.', retry_after: retryAfter, global: false } };
}

function send(response: ServerResponse, { status, body }: Answer): void {
  if (body === undefined) return void response.writeHead(status).end();
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function read(incoming: IncomingMessage, at: number): Promise<Read> {
  const { method = '', url = '', headers } = incoming;
  const { pathname, searchParams: query } = new URL(url, 'http://fake.invalid');
  const path = pathname.startsWith(version) ? decodeURIComponent(pathname.slice(version.length)) : pathname;
  const contentType = headers['content-type'] ?? '';
  const common = { at, method, path, query, authorization: headers.authorization, contentType };
  const body = await buffer(incoming);
  if (!contentType.startsWith('multipart/')) {
    return { ...common, json: body.length > 0 ? JSON.parse(body.toString()) : {}, files: [] };
  }
  const form = await new Response(new Uint8Array(body), {
    headers: { 'content-type': contentType },
  }).formData();
  const json = JSON.parse(String(form.get('payload_json')));
  const files = await Promise.all(
    [...form].flatMap(([field, part]) => (part instanceof File ? [fileOf(field, part)] : [])),
  );
  return { ...common, json, files };
}

async function fileOf(field: string, file: File): Promise<WireFile> {
  return { field, name: file.name, type: file.type, bytes: new Uint8Array(await file.arrayBuffer()) };
}
