import type { ChannelInfo, ChannelState, Completion, ConceptInfo, PageState } from '../wire.ts';

/** The server, as the page asks it. Every call rejects with an Error whose message is for the person. */
export interface Api {
  readonly state: PageState;
  channel(id: string): Promise<ChannelState>;
  /** Whether the channel is gone for good: not where nothing answers. Never rejects. */
  isGone(id: string): Promise<boolean>;
  concepts(id: string): Promise<readonly ConceptInfo[]>;
  addChannel(name: string): Promise<ChannelInfo>;
  removeChannel(id: string): Promise<void>;
  say(id: string, line: string, pictures: readonly File[]): Promise<void>;
  press(id: string, message: string, button: string): Promise<void>;
  complete(id: string, line: string, caret: number, signal: AbortSignal): Promise<readonly Completion[]>;
}

/** Asks for what the page starts from, and keeps the key that everything that changes something is sent with. */
export async function connectApi(): Promise<Api> {
  const state = (await ask('/api/state', { headers: { 'x-keepsake': '' } })) as PageState;

  function post(path: string, body: unknown, signal?: AbortSignal): Promise<unknown> {
    const form = body instanceof FormData;
    const headers = { 'x-keepsake': state.key, ...(form ? {} : { 'content-type': 'application/json' }) };
    return ask(path, {
      method: 'POST',
      headers,
      body: form ? body : JSON.stringify(body),
      ...(signal ? { signal } : {}),
    });
  }

  return {
    state,
    channel: async (id) => (await ask(`/api/channels/${id}`)) as ChannelState,
    isGone: (id) =>
      fetch(`/api/channels/${id}`).then(
        ({ status }) => status === 404,
        () => false,
      ),
    concepts: async (id) => (await ask(`/api/channels/${id}/concepts`)) as ConceptInfo[],
    addChannel: async (name) => (await post('/api/channels', { name })) as ChannelInfo,
    async removeChannel(id) {
      await ask(`/api/channels/${id}`, { method: 'DELETE', headers: { 'x-keepsake': state.key } });
    },
    async say(id, line, pictures) {
      const form = new FormData();
      form.set('line', line);
      for (const picture of pictures) form.append('pictures', picture);
      await post(`/api/channels/${id}/messages`, form);
    },
    async press(id, message, button) {
      await post(`/api/channels/${id}/press`, { message, button });
    },
    complete: async (id, line, caret, signal) =>
      (await post(`/api/channels/${id}/complete`, { line, caret }, signal)) as Completion[],
  };
}

async function ask(path: string, init?: RequestInit): Promise<unknown> {
  const response = await fetch(path, init).catch((error: unknown) => {
    if (init?.signal?.aborted) throw error;
    throw new Error('Keepsake does not answer. Is it still running?');
  });
  const json = (response.headers.get('content-type') ?? '').includes('json');
  const body: unknown = json ? await response.json() : await response.text();
  if (response.ok) return body;
  const { message = 'That did not work. Load the page again.' } = (json ? body : {}) as { message?: string };
  throw new Error(message);
}
