import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, createClock } from '../clock.ts';
import { createApi } from './api.ts';
import { createDelivery, type Delivery } from './delivery.ts';
import { createFaults, type Faults } from './faults.ts';
import { chat } from './methods/chat.ts';
import { files } from './methods/files.ts';
import { install } from './methods/install.ts';
import { views } from './methods/views.ts';
import { workspace } from './methods/workspace.ts';
import { eventPayload } from './payloads.ts';
import { createPerson, type SlackPerson } from './person.ts';
import { checkManifest } from './rules/manifest.ts';
import { createSockets, type Sockets } from './sockets.ts';
import { createWire, type Wire } from './wire.ts';
import {
  createWorld,
  type FakeChannel,
  type FakeTeam,
  type FakeUser,
  type Manifest,
  type World,
} from './world.ts';

/** A stand-in for Slack on this machine: its Web API, its files, and what it sends over HTTP or Socket Mode. */
export interface FakeSlack {
  /** Where everything is, without a slash at the end. */
  readonly address: string;
  /** Address of the Web API, as the library wants it. */
  readonly api: string;
  readonly clock: Clock;
  readonly world: World;
  readonly wire: Wire;
  readonly faults: Faults;
  readonly delivery: Delivery;
  readonly sockets: Sockets;
  /** Takes the manifest of the app; throws where Slack would not. */
  use(manifest: Manifest): void;
  /** Makes a workspace with one channel, which the bot is in where it is installed. */
  team(
    domain: string,
    options?: { readonly id?: string; readonly installed?: boolean; readonly channel?: string },
  ): FakeTeam;
  channel(team: FakeTeam, options?: Partial<FakeChannel>): FakeChannel;
  /** Somebody of a workspace; the same name is the same person. */
  person(team: FakeTeam, name: string, options?: Partial<FakeUser>): SlackPerson;
  /** Goes through the pages that install the app, as a browser does, in the workspace or its whole organisation; resolves with the last answer. */
  install(
    app: string,
    team: FakeTeam,
    options?: { readonly cookie?: boolean; readonly organisation?: boolean },
  ): Promise<Response>;
  /** Takes the app out of a workspace, and tells it so unless it cannot be reached. */
  uninstall(team: FakeTeam, options?: { readonly reached?: boolean }): Promise<void>;
  /** Sends an event of the workspace. */
  tell(team: FakeTeam, event: Readonly<Record<string, unknown>>): Promise<void>;
  stop(): Promise<void>;
}

/** Starts it on a free port of the loopback interface. */
export async function startFakeSlack(): Promise<FakeSlack> {
  const clock = createClock();
  const world = createWorld(clock);
  const wire = createWire();
  const faults = createFaults();
  let port = 0;
  const address = () => `http://127.0.0.1:${port}`;
  const methods = {
    ...chat,
    ...views,
    ...files,
    ...workspace,
    ...install(() => `ws://127.0.0.1:${port}/link`),
  };
  const handle = createApi({ world, wire, faults, methods, address });
  const server = createServer((request, response) => void handle(request, response));
  server.keepAliveTimeout = 60_000;
  const sockets = createSockets(server, world, wire.wake);
  const delivery = createDelivery(world, sockets);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  port = (server.address() as AddressInfo).port;

  function channel(team: FakeTeam, options: Partial<FakeChannel> = {}): FakeChannel {
    const made: FakeChannel = {
      id: world.newId('C'),
      name: 'general',
      kind: 'public',
      member: true,
      ...options,
    };
    team.channels.set(made.id, made);
    return made;
  }

  function person(team: FakeTeam, name: string, options: Partial<FakeUser> = {}): SlackPerson {
    const known = [...team.users.values()].find((user) => user.name === name);
    const plain = { id: world.newId('U'), name, locale: 'en-US', administrator: false, guest: false };
    const user = known ?? { ...plain, ...options };
    team.users.set(user.id, user);
    return createPerson({ world, address: address(), team, user }, delivery, wire.wake);
  }

  async function tell(team: FakeTeam, event: Readonly<Record<string, unknown>>): Promise<void> {
    const { user } = person(team, 'an administrator');
    await delivery.send('events_api', eventPayload({ world, address: address(), team, user }, event));
  }

  return {
    address: address(),
    api: `${address()}/api/`,
    clock,
    world,
    wire,
    faults,
    delivery,
    sockets,
    tell,
    channel,
    person,
    use(manifest) {
      checkManifest(manifest);
      world.manifest = manifest;
    },
    team(domain, { id = world.newId('T'), installed = true, channel: first } = {}) {
      const scopes = new Set(installed ? world.manifest.oauth_config.scopes.bot : []);
      const team: FakeTeam = {
        id,
        domain,
        botUser: 'U0KEEPSAKE',
        botId: 'B0KEEPSAKE',
        users: new Map(),
        channels: new Map(),
        scopes,
        token: installed ? `xoxb-${id}-a-secret-that-is-never-logged` : '',
      };
      world.teams.set(id, team);
      channel(team, first === undefined ? {} : { id: first });
      return team;
    },
    async install(app, team, { cookie = true, organisation = false } = {}) {
      const page = await fetch(`${app}/slack/install`, { redirect: 'manual' });
      const link = page.headers.get('location') ?? /href="([^"]+)"/.exec(await page.text())?.[1] ?? '';
      const asked = new URL(link.replaceAll('&amp;', '&')).searchParams;
      const code = world.newId('X');
      world.codes.set(code, { team: team.id, scopes: (asked.get('scope') ?? '').split(','), organisation });
      const query = new URLSearchParams({ code, state: asked.get('state') ?? '' });
      const cookies = page.headers.getSetCookie().map((one) => one.split(';')[0]);
      return fetch(`${app}/slack/oauth_redirect?${query}`, {
        redirect: 'manual',
        headers: cookie ? { cookie: cookies.join('; ') } : {},
      });
    },
    async uninstall(team, { reached = true } = {}) {
      world.revoked.add(team.token);
      team.token = '';
      team.scopes = new Set();
      if (!reached) return;
      await tell(team, { type: 'tokens_revoked', tokens: { oauth: [], bot: [team.botUser] } });
      await tell(team, { type: 'app_uninstalled' });
    },
    async stop() {
      sockets.close();
      await new Promise<void>((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      });
    },
  };
}
