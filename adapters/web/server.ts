import { join } from 'node:path';
import { type ServerType, serve } from '@hono/node-server';
import type { Role } from '../../commands/bot/role.ts';
import { explainedListening } from '../../src/listening.ts';
import type { Adapter, AdapterServices } from '../adapter.ts';
import { isLoopback } from './address.ts';
import { createApp } from './app.ts';
import { openChannels } from './channels.ts';
import type { WebAddress } from './conversation.ts';
import { createDesk } from './desk.ts';
import { createExamples, type Example } from './examples.ts';
import { fileOf, openFileShelf } from './files.ts';
import { hostsOf, shownHost } from './hosts.ts';
import type { Pace } from './uploads.ts';

export interface WebOptions extends Omit<AdapterServices, 'records'> {
  /** Default 127.0.0.1: this machine alone. */
  readonly host?: string;
  /** 0 takes any free port. Default 3000. */
  readonly port?: number;
  /** More values of the Host header to answer, such as the name that a proxy forwards. */
  readonly allowedHosts?: readonly string[];
  readonly examples?: readonly Example[];
  /**
   * By default an administrator where only this machine can connect and the request is `straight`: made to the machine itself, and passed on by
   * no proxy. A teacher otherwise.
   */
  readonly roleOf?: (visitor: string, straight: boolean) => Role;
  /** How slow a body may be. By default as slow as a phone where reception is poor. */
  readonly pace?: Pace;
  /** At a time; each open page has one for as long as it is there. Default 1000. */
  readonly mostConnections?: number;
}

/** A body is bounded by its pace; Node's limit for a whole request, which ends that of the headers with it, would cut what is as fast as it must be. */
const timeouts = { headersTimeout: 60_000, requestTimeout: 0 };

/** The local chat: one page whose channels stand for servers. */
export async function createWebAdapter(options: WebOptions): Promise<Adapter> {
  const {
    bot,
    log,
    messages,
    folder,
    host = '127.0.0.1',
    port = 3000,
    allowedHosts = [],
    examples = [],
    pace,
    mostConnections = 1000,
  } = options;
  const local = isLoopback(host);
  let hosts: ReadonlySet<string> = new Set();
  let ownHosts: ReadonlySet<string> = new Set();
  let server: ServerType | undefined;
  const files = await openFileShelf(join(folder, 'files'));
  const onUnused = (urls: readonly string[]) => {
    files.remove(urls.map(fileOf)).catch((error) => log.error({ error }, 'unused files were not removed'));
  };
  const awaited = (await bot.waiting('web')).map((address) => (address as WebAddress).waiting ?? '');
  const channels = await openChannels(messages, onUnused, new Set(awaited));
  await files.keepOnly(new Set([...channels.shown()].map(fileOf)));
  const desk = createDesk({ bot, log, channels, files });
  const app = createApp({
    bot,
    desk,
    log,
    channels,
    files,
    examples: createExamples(examples),
    hosts: () => hosts,
    ownHosts: () => ownHosts,
    roleOf: options.roleOf ?? ((_, straight) => (local && straight ? 'administrator' : 'teacher')),
    ...(pace && { pace }),
  });

  return {
    start: () =>
      new Promise((resolve, reject) => {
        server = serve({ fetch: app.fetch, hostname: host, port, serverOptions: timeouts }, (address) => {
          hosts = hostsOf(host, address.port, allowedHosts);
          ownHosts = hostsOf('localhost', address.port, []);
          void bot.takeUp('web', desk.reopen);
          resolve(`The local chat is at http://${shownHost(host)}:${address.port}`);
        });
        // More would take memory and files from the platforms that the same process serves.
        server.maxConnections = mostConnections;
        server.once('error', (error: NodeJS.ErrnoException) => reject(explainedListening(error, host, port)));
      }),
    stop: () =>
      new Promise((resolve) => {
        if (!server) return resolve();
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}
