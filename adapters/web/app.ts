import { join } from 'node:path';
import { Hono } from 'hono';
import { etag } from 'hono/etag';
import { HTTPException } from 'hono/http-exception';
import { z } from 'zod';
import type { Bot, Log } from '../../commands/bot/bot.ts';
import { completeLine } from '../../commands/bot/completion.ts';
import type { Role } from '../../commands/bot/role.ts';
import type { Server, User } from '../../commands/command.ts';
import { messagesIn } from '../../commands/locales/index.ts';
import { mostPictures } from '../../src/pictures/intake.ts';
import { type ProblemCode, ProblemError, raise, unwrap } from '../../src/result.ts';
import { createRoom } from '../room.ts';
import { placeOf } from './address.ts';
import { bodyOf, fewBytes, picture, refusal, tooLarge, type WebContext } from './answers.ts';
import { loadAssets } from './assets.ts';
import type { Channels } from './channels.ts';
import type { Desk } from './desk.ts';
import { streamEvents } from './events.ts';
import type { Examples } from './examples.ts';
import type { FileShelf } from './files.ts';
import { type GuardedVariables, hostGuard, isPassedOn, pageHeaders, visitorGuard } from './guard.ts';
import { discard, type Pace, readUpload } from './uploads.ts';
import type { ConceptInfo, PageState } from './wire.ts';

export interface AppOptions {
  readonly bot: Bot;
  readonly log: Log;
  readonly channels: Channels;
  readonly files: FileShelf;
  readonly examples: Examples;
  readonly desk: Desk;
  /** Values of the Host header that are answered. */
  readonly hosts: () => ReadonlySet<string>;
  /** Those of them that mean the machine that the chat runs on. */
  readonly ownHosts: () => ReadonlySet<string>;
  /** @param straight whether the request was made to the machine itself, and nothing passed it on */
  readonly roleOf: (visitor: string, straight: boolean) => Role;
  /** How slow a body may be. By default as slow as a phone where reception is poor. */
  readonly pace?: Pace;
}

const longestLine = 8000;
/** So many of the largest uploads may be in memory at a time; more of smaller ones. */
const mostUploads = 4;
const statuses: Partial<Record<ProblemCode, 404 | 507>> = { 'not-found': 404, 'storage-full': 507 };
const crowded = 'Too many pictures are on their way at the moment. Send yours again in a minute.';
const newChannelSchema = z.object({ name: z.string().max(200) });
const pressSchema = z.object({ message: z.string().max(40), button: z.string().max(100) });
const completeSchema = z.object({
  line: z.string().max(longestLine),
  caret: z.number().int().min(0).max(longestLine),
});

/** The local chat as a web application. Everything but the page itself is for its own page only. */
export function createApp(options: AppOptions): Hono<GuardedVariables> {
  const { bot, log, channels, files, examples, desk, pace } = options;
  const largestUpload = mostPictures * bot.largestPicture + 2 ** 20;
  const room = createRoom(mostUploads * largestUpload);
  const assets = loadAssets(join(import.meta.dirname, 'page'));
  const app = new Hono<GuardedVariables>();

  const userOf = (c: WebContext): User => {
    const { id } = c.get('visitor');
    const host = (c.req.header('host') ?? '').toLowerCase();
    const straight = options.ownHosts().has(host) && !isPassedOn(c.req.raw.headers);
    const role = options.roleOf(id, straight);
    const from = role === 'administrator' ? undefined : placeOf(peerOf(c), c.req.raw.headers);
    return { id, name: `Guest ${id.slice(0, 4)}`, role, ...(from !== undefined && { from }) };
  };
  const serverOf = (c: WebContext): Server => {
    const info = channels.find(c.req.param('channel') ?? '');
    return info
      ? { id: `web:${info.id}`, name: info.name, keepsMessages: true }
      : raise('not-found', 'There is no such channel. Choose one from the list.');
  };
  const channelOf = (c: WebContext) => serverOf(c).id.slice('web:'.length);

  app.use(hostGuard(options.hosts), pageHeaders(), visitorGuard());
  app.use('/api/*', async (c, next) => {
    c.header('cache-control', 'no-store');
    await next();
  });

  app.use('/files/*', etag());
  app.use('/api/channels/:channel/samples/*', etag());

  app.get('/', (c) => asset(c, 'index.html'));
  app.get('/page/:file', (c) => asset(c, c.req.param('file')));

  app.get('/api/state', async (c) => {
    const { key } = c.get('visitor');
    const { id, name, role } = userOf(c);
    return c.json({
      user: { id, name, role },
      key,
      largestPicture: bot.largestPicture,
      channels: channels.list(),
      examples: await examples.list(),
    } satisfies PageState);
  });

  app.post('/api/channels', async (c) => {
    requireAdministrator(userOf(c));
    const { name } = await bodyOf(c, newChannelSchema, pace);
    return c.json(await channels.add(name), 201);
  });

  app.delete('/api/channels/:channel', async (c) => {
    requireAdministrator(userOf(c));
    await removeChannel(channelOf(c), serverOf(c).id);
    return c.body(null, 204);
  });

  app.get('/api/channels/:channel', (c) => c.json(channels.state(channelOf(c), userOf(c).id)));

  app.get('/api/channels/:channel/events', (c) => {
    const sequence = Number(c.req.header('last-event-id') ?? c.req.query('after') ?? 0);
    return streamEvents(
      c,
      channels,
      channelOf(c),
      userOf(c).id,
      Number.isSafeInteger(sequence) ? sequence : 0,
    );
  });

  app.get('/api/channels/:channel/concepts', async (c) => {
    const concepts = await bot.studio.concepts(serverOf(c).id);
    const shown = concepts.map(({ token, number, classWord, kind, label, sample }): ConceptInfo => {
      const version = sample?.slice(0, 12) ?? String(number);
      return {
        token,
        number,
        classWord,
        kind,
        label,
        sample: `/api/channels/${channelOf(c)}/samples/${number}?${version}`,
      };
    });
    return c.json(shown);
  });

  app.get('/api/channels/:channel/samples/:number{[1-9][0-9]{0,8}}', async (c) => {
    const sheet = unwrap(await bot.studio.sample(serverOf(c).id, `<new${c.req.param('number')}>`));
    return picture(c, sheet);
  });

  app.post('/api/channels/:channel/messages', async (c) => {
    const server = serverOf(c);
    const size = Number(c.req.header('content-length') ?? Number.NaN);
    if (Number.isNaN(size)) return refusal('Say how long the message is, with Content-Length.', 411);
    if (size > largestUpload) return tooLarge(bot.largestPicture);
    const limits = { line: longestLine, file: largestUpload };
    const say = async (giveBack: () => void) =>
      desk.say({ server, user: userOf(c), giveBack, ...(await readUpload(c.req.raw, limits, pace)) });
    try {
      const started = await room.lend(server.id, size > fewBytes ? size : 0, say);
      return started ? c.body(null, 202) : refusal(crowded, 429);
    } finally {
      await discard(c.req.raw, pace);
    }
  });

  app.post('/api/channels/:channel/press', async (c) => {
    const { message, button } = await bodyOf(c, pressSchema, pace);
    await desk.press({ server: serverOf(c), user: userOf(c), message, button });
    return c.body(null, 202);
  });

  app.post('/api/channels/:channel/complete', async (c) => {
    const { line, caret } = await bodyOf(c, completeSchema, pace);
    const where = { server: serverOf(c), studio: bot.studio, words: messagesIn('en') };
    return c.json(await completeLine(where, bot.commands, line, caret));
  });

  app.get('/files/:file', async (c) => {
    const bytes = await files.read(c.req.param('file'));
    if (!bytes) return c.text('This file is no longer kept.', 404);
    if (c.req.param('file').endsWith('.png')) return picture(c, bytes);
    return c.body(new Uint8Array(bytes), 200, {
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment',
      'cache-control': 'private, no-store',
    });
  });

  app.get('/examples/:example{[0-9]{1,3}}/:picture{[0-9]{1,3}\\.png}', async (c) => {
    const bytes = await examples.picture(
      Number(c.req.param('example')),
      Number.parseInt(c.req.param('picture'), 10),
    );
    return bytes ? picture(c, bytes) : c.text('There is no such example.', 404);
  });

  app.onError((error, c) => {
    if (error instanceof HTTPException) return error.getResponse();
    if (error instanceof ProblemError) return c.json(error.problem, statuses[error.problem.code] ?? 400);
    log.error({ error, path: c.req.routePath }, 'a request failed');
    return c.json({ message: 'Something went wrong on my side. Try again in a moment.' }, 500);
  });

  /** What it was taught is due before it is taken from the list, so that a crash in between leaves nothing for good. */
  async function removeChannel(channel: string, server: string): Promise<void> {
    await bot.studio.serverLeft(server);
    try {
      await channels.removeChannel(channel);
    } catch (error) {
      if (channels.find(channel)) await bot.studio.serverJoined(server);
      throw error;
    }
  }

  function asset(c: WebContext, name: string): Response | Promise<Response> {
    const found = assets.get(name);
    if (!found) return c.notFound();
    return c.body(found.body, 200, { 'content-type': found.type, 'cache-control': 'no-cache' });
  }

  return app;
}

function requireAdministrator({ role }: User): void {
  if (role !== 'administrator') raise('not-allowed', 'Only administrators add channels and remove them.');
}

/** The address at the other end of the connection, which a request that came over none has not. */
function peerOf({ env }: WebContext): string | undefined {
  return env?.incoming?.socket.remoteAddress;
}
