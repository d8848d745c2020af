import { join } from 'node:path';
import { type ServerType, serve } from '@hono/node-server';
import type { Role } from '../../commands/command.ts';
import { ProblemError } from '../../src/result.ts';
import type { Adapter, AdapterServices } from '../adapter.ts';
import { createApp } from './app.ts';
import { openChannels } from './channels.ts';
import type { WebAddress } from './conversation.ts';
import { createDesk } from './desk.ts';
import { createExamples, type Example } from './examples.ts';
import { fileOf, openFileShelf } from './files.ts';
import { hostsOf, shownHost } from './hosts.ts';

export interface WebOptions extends Omit<AdapterServices, 'records'> {
  /** Default 127.0.0.1: this machine alone. */
  readonly host?: string;
  /** 0 takes any free port. Default 3000. */
  readonly port?: number;
  /** More values of the Host header to answer, such as the name that a proxy forwards. */
  readonly allowedHosts?: readonly string[];
  readonly examples?: readonly Example[];
  /** By default administrators where only this machine can connect, and teachers otherwise. */
  readonly roleOf?: (visitor: string) => Role;
}

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
  } = options;
  const local = isLoopback(host);
  let hosts: ReadonlySet<string> = new Set();
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
    roleOf: options.roleOf ?? (() => (local ? 'administrator' : 'teacher')),
  });

  return {
    start: () =>
      new Promise((resolve, reject) => {
        server = serve({ fetch: app.fetch, hostname: host, port }, (address) => {
          hosts = hostsOf(host, address.port, allowedHosts);
          void bot.takeUp('web', desk.reopen);
          resolve(`The local chat is at http://${shownHost(host)}:${address.port}`);
        });
        server.once('error', (error: NodeJS.ErrnoException) => reject(explained(error, host, port)));
      }),
    stop: () =>
      new Promise((resolve) => {
        if (!server) return resolve();
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}

/** What is wrong with HOST or PORT, by Node's code; anything else stays as it is. */
export function explained(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const sentences: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} of ${host} is in use already. Stop what uses it, or set PORT to another.`,
    EADDRNOTAVAIL: `${host} is no address of this machine. Set HOST to one of its own, such as 127.0.0.1.`,
    ENOTFOUND: `The host name ${host} is not known here. Set HOST to an address of this machine, such as 127.0.0.1.`,
    EACCES: `This user may not listen on port ${port}. Set PORT to a number over 1023, such as 3000.`,
  };
  const message = sentences[error.code ?? ''];
  return message === undefined ? error : new ProblemError({ code: 'invalid-option', message });
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
