import type { PageState } from '../../../adapters/web/wire.ts';

/** A browser without a page: a cookie, and requests as the page makes them. */
export interface Visitor {
  readonly state: PageState;
  get(path: string): Promise<unknown>;
  bytes(path: string): Promise<Uint8Array>;
  /** Posts a form, or anything else as JSON. Throws the sentence of a refusal. */
  post(path: string, body: unknown): Promise<unknown>;
  /** Has something removed. Throws the sentence of a refusal. */
  remove(path: string): Promise<void>;
  /** Hears server-sent events until the returned function is called. */
  listen(
    path: string,
    onEvent: (id: string | undefined, data: string) => void,
    headers?: HeadersInit,
  ): Promise<() => void>;
}

export async function createVisitor(address: string, cookie?: string): Promise<Visitor> {
  const known = cookie === undefined ? {} : { cookie: `keepsake=${cookie}` };
  const first = await fetch(`${address}/api/state`, { headers: { 'x-keepsake': '', ...known } });
  const given = /keepsake=([\w-]+)/.exec(first.headers.get('set-cookie') ?? '')?.[1];
  const state = (await first.json()) as PageState;
  const own = { cookie: `keepsake=${cookie ?? given}` };

  async function ask(path: string, init: RequestInit = {}): Promise<Response> {
    const response = await fetch(address + path, { ...init, headers: { ...own, ...init.headers } });
    if (response.ok) return response;
    throw new Error(((await response.json()) as { message: string }).message);
  }

  return {
    state,
    get: async (path) => (await ask(path)).json(),
    bytes: async (path) => new Uint8Array(await (await ask(path)).arrayBuffer()),
    async post(path, body) {
      const form = body instanceof FormData;
      const headers = {
        origin: address,
        'x-keepsake': state.key,
        ...(form ? {} : { 'content-type': 'application/json' }),
      };
      const text = await (
        await ask(path, { method: 'POST', headers, body: form ? body : JSON.stringify(body) })
      ).text();
      return text === '' ? undefined : JSON.parse(text);
    },
    async remove(path) {
      const headers = { origin: address, 'x-keepsake': state.key };
      await ask(path, { method: 'DELETE', headers });
    },
    async listen(path, onEvent, headers = {}) {
      const controller = new AbortController();
      const response = await ask(path, { signal: controller.signal, headers });
      void readEvents(response.body!, onEvent).catch(() => {});
      return () => controller.abort();
    },
  };
}

async function readEvents(
  body: ReadableStream<Uint8Array>,
  onEvent: (id: string | undefined, data: string) => void,
) {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = /^data: ?(.*)$/m.exec(block)?.[1];
      if (data !== undefined) onEvent(/^id: ?(.*)$/m.exec(block)?.[1], data);
    }
  }
}
