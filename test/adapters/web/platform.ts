import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWebAdapter } from '../../../adapters/web/server.ts';
import type {
  ChannelEvent,
  ChannelInfo,
  ChannelState,
  Message,
  MessageProgress,
  PageState,
} from '../../../adapters/web/wire.ts';
import type { Bot } from '../../../commands/bot/bot.ts';
import { lineValue } from '../../../commands/bot/line.ts';
import { plainText, wordsOf } from '../../../commands/bot/rich-text.ts';
import type { Role } from '../../../commands/bot/role.ts';
import type { MessageLog } from '../../../model-store/store.ts';
import type { Given, Person, Platform, SeenMessage } from '../conformance.ts';
import { createVisitor, type Visitor } from './visitor.ts';

const quiet = { info: () => {}, error: () => {} };

/** Starts the local chat on a free port, with people who are browsers without a page. */
export function createWebPlatform(): {
  start(services: { readonly bot: Bot; readonly messages: MessageLog }): Promise<Platform>;
  tidyUp(): Promise<void>;
} {
  const folder = mkdtemp(join(tmpdir(), 'keepsake-web-'));

  async function start({
    bot,
    messages,
  }: {
    readonly bot: Bot;
    readonly messages: MessageLog;
  }): Promise<Platform> {
    const roles = new Map<string, Role>();
    const roleOf = (visitor: string) => roles.get(visitor) ?? 'everyone';
    const services = { bot, messages, log: quiet, folder: await folder };
    const adapter = await createWebAdapter({ ...services, port: 0, roleOf });
    const address = /http:\S+/.exec(await adapter.start())![0];
    const people: { leave(): void }[] = [];

    return {
      async person(name, role) {
        const cookie = createHash('sha256').update(name).digest('base64url').slice(0, 32);
        const visitor = await createVisitor(address, cookie);
        roles.set(visitor.state.user.id, role);
        const person = createPerson(visitor);
        people.push(person);
        return person;
      },
      async server(name) {
        const visitor = await createVisitor(address);
        roles.set(visitor.state.user.id, 'administrator');
        const { id } = (await visitor.post('/api/channels', { name })) as ChannelInfo;
        return `web:${id}`;
      },
      async stop() {
        for (const person of people) person.leave();
        await adapter.stop();
      },
    };
  }

  return { start, tidyUp: async () => rm(await folder, { recursive: true, force: true }) };
}

function createPerson(visitor: Visitor): Person & { leave(): void } {
  const streams = new Map<string, Stream>();

  async function streamOf(server: string): Promise<Stream> {
    const known = streams.get(server);
    if (known) return known;
    const { sequence } = (await visitor.get(`/api/channels/${idOf(server)}`)) as ChannelState;
    const stream = await openStream(visitor, `/api/channels/${idOf(server)}/events?after=${sequence}`);
    streams.set(server, stream);
    return stream;
  }

  async function messages(server: string): Promise<readonly Message[]> {
    return ((await visitor.get(`/api/channels/${idOf(server)}`)) as ChannelState).messages;
  }

  const isPut = (event: ChannelEvent) => event.type === 'put' && event.message.author === 'bot';

  return {
    async use(server, command, options = {}, untilDone = true) {
      const stream = await streamOf(server);
      const form = new FormData();
      form.set('line', lineOf(command, options));
      for (const bytes of picturesOf(options))
        form.append('pictures', new Blob([new Uint8Array(bytes)]), 'picture.png');
      const from = stream.events.length;
      const refusal = await visitor.post(`/api/channels/${idOf(server)}/messages`, form).then(
        () => undefined,
        (error: Error) => error.message,
      );
      if (refusal !== undefined) return besideTheLine(refusal);
      await stream.until(from, untilDone ? (event) => event.type === 'concepts' : isPut);
      const put = stream.events.slice(from).find(isPut) as Extract<ChannelEvent, { type: 'put' }>;
      const message = (await messages(server)).find(({ id }) => id === put.message.id);
      return seen(visitor, message ?? put.message);
    },
    async press(server, { id }, label) {
      const stream = await streamOf(server);
      const button = (await buttonsOf(id, server)).find((one) => one.label === label);
      if (!button) throw new Error(`There is no button ${label}`);
      const before = new Set((await messages(server)).map((message) => message.id));
      const from = stream.events.length;
      await visitor.post(`/api/channels/${idOf(server)}/press`, { message: id, button: button.id });
      await stream.until(from, (event) => event.type === 'concepts');
      const answer = (await messages(server)).find((message) => !before.has(message.id));
      return answer && seen(visitor, answer);
    },
    messages: async (server) =>
      Promise.all((await messages(server)).map((message) => seen(visitor, message))),
    async progress(server) {
      const events = (await streamOf(server)).events.filter((event) => event.type === 'progress');
      return events.map(({ progress }) => progressText(progress));
    },
    leave() {
      for (const stream of streams.values()) stream.close();
    },
  };

  async function buttonsOf(id: string, server: string) {
    const { events } = await streamOf(server);
    const progress = events.findLast((event) => event.type === 'progress' && event.id === id);
    const cancel = progress?.type === 'progress' ? [progress.progress.cancel] : [];
    const message = (await messages(server)).find((one) => one.id === id);
    return [...(message?.buttons ?? []), ...cancel];
  }
}

interface Stream {
  readonly events: readonly ChannelEvent[];
  /** Resolves when an event from index `from` on fits. */
  until(from: number, fits: (event: ChannelEvent) => boolean): Promise<void>;
  close(): void;
}

async function openStream(visitor: Visitor, path: string): Promise<Stream> {
  const events: ChannelEvent[] = [];
  let wake = () => {};
  const close = await visitor.listen(path, (_, data) => {
    events.push(JSON.parse(data) as ChannelEvent);
    wake();
  });
  return {
    events,
    close,
    async until(from, fits) {
      while (!events.slice(from).some(fits)) await new Promise<void>((resolve) => (wake = resolve));
    },
  };
}

async function seen(visitor: Visitor, message: Message): Promise<SeenMessage> {
  const { id, text, pictures = [], files = [], buttons = [], personal = false } = message;
  return {
    id,
    personal,
    text: plainText(text),
    marked: text.flatMap((span) => (typeof span === 'string' || 'note' in span ? [] : [wordsOf(span)])),
    pictures: await Promise.all(pictures.map(({ url }) => visitor.bytes(url))),
    files: await Promise.all(files.map(async ({ url, name }) => ({ name, bytes: await visitor.bytes(url) }))),
    buttons: buttons.map(({ label }) => label),
  };
}

/** What the page says above the line that was typed. */
function besideTheLine(text: string): SeenMessage {
  return { id: '', personal: true, text, marked: [], pictures: [], files: [], buttons: [] };
}

function progressText({ phase, step, steps, loss }: MessageProgress): string {
  return `${phase} · step ${step} of ${steps} · loss ${loss}`;
}

function picturesOf(options: Given): readonly Uint8Array[] {
  return Object.values(options).flatMap((value) => (typeof value === 'object' ? value : []));
}

/** The line that a person would type: the prompt as it is, the rest by name. */
function lineOf(command: string, options: Given): string {
  const words = Object.entries(options).flatMap(([name, value]) => {
    if (typeof value === 'object') return [];
    return name === 'prompt' ? [value] : [`${name}:${lineValue(String(value))}`];
  });
  return [`/${command}`, ...words].join(' ');
}

function idOf(server: string): string {
  return server.slice('web:'.length);
}

export type { PageState };
