import { setTimeout as pause } from 'node:timers/promises';

export interface ExchangeRequest {
  readonly url: string;
  readonly key?: string;
  /** JSON. */
  readonly body: string;
  /** For everything, waits and the retry included. */
  readonly seconds: number;
  readonly signal?: AbortSignal;
}

/** The body of a good answer, or why there is none, to follow "The service". Never quotes the service or the key. */
export type Exchange =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly why: string };

const mostBytes = 256 * 1024;
const longestWait = 5;
const usualWait = 1;

/** Posts JSON to a service that may be slow, down, redirected or talkative. One retry where it asks for one. */
export async function exchange(request: ExchangeRequest): Promise<Exchange> {
  const deadline = AbortSignal.timeout(request.seconds * 1000);
  const signal = request.signal ? AbortSignal.any([deadline, request.signal]) : deadline;
  try {
    const first = await post(request, signal);
    const wait = secondsToWait(first);
    if (wait === undefined) return await read(first);
    await first.body?.cancel();
    await pause(wait * 1000, undefined, { signal });
    return await read(await post(request, signal));
  } catch {
    const why = deadline.aborted ? `did not answer within ${request.seconds} s` : 'could not be reached';
    return { ok: false, why };
  }
}

function post({ url, key, body }: ExchangeRequest, signal: AbortSignal): Promise<Response> {
  const authorization = key ? { authorization: `Bearer ${key}` } : {};
  const headers = { 'content-type': 'application/json', accept: 'application/json', ...authorization };
  return fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
}

/** Seconds until a second try is welcome: undefined where none is, or not soon enough. */
function secondsToWait({ status, headers }: Response): number | undefined {
  if (status !== 429 && status < 500) return undefined;
  const asked = headers.get('retry-after');
  if (asked === null) return usualWait;
  const seconds = /^\d+$/.test(asked) ? Number(asked) : (Date.parse(asked) - Date.now()) / 1000;
  return seconds <= longestWait ? Math.max(0, seconds) : undefined;
}

async function read(response: Response): Promise<Exchange> {
  if (response.status !== 200) {
    await response.body?.cancel();
    return { ok: false, why: refusal(response.status) };
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > mostBytes) return { ok: false, why: 'answered with more than captions' };
    chunks.push(chunk);
  }
  return { ok: true, text: Buffer.concat(chunks).toString('utf8') };
}

function refusal(status: number): string {
  if (status >= 300 && status < 400) return 'points to another address, which is not followed';
  if (status === 401 || status === 403) return `refused the key in CAPTION_KEY (${status})`;
  if (status === 404) return 'is not at the address in CAPTION_URL (404)';
  return `answered with an error (${status})`;
}
