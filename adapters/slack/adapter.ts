import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { App, HTTPReceiver, webApi } from '@slack/bolt';
import type { Bot, Log } from '../../commands/bot/bot.ts';
import type { PlatformRecords } from '../../model-store/store.ts';
import { explainedListening } from '../../src/listening.ts';
import { ProblemError, raise } from '../../src/result.ts';
import type { SlackListening, SlackSettings } from '../../src/settings/settings.ts';
import type { Adapter } from '../adapter.ts';
import { persistently } from '../patience.ts';
import { quietLogger } from './connection/logger.ts';
import { createSocket } from './connection/socket.ts';
import { samplesRecord } from './home/samples.ts';
import type { CounterTimes } from './listening/counter.ts';
import { type ClientOf, createDesk } from './listening/desk.ts';
import { serverId } from './listening/members.ts';
import { scopes } from './manifest/manifest.ts';
import { createCourier } from './messages/courier.ts';
import { arrivalPatience } from './messages/gallery.ts';
import { kindOf, refusalOf } from './messages/refusal.ts';
import { createInstallations, requireKey } from './workspaces/installations.ts';
import { hearLeaving, noticeLeaving } from './workspaces/leaving.ts';
import { inWorkspace } from './workspaces/organisations.ts';
import { derivedSecret } from './workspaces/seal.ts';

export interface SlackOptions extends SlackSettings {
  readonly bot: Bot;
  readonly log: Log;
  /** Where it keeps the workspaces that it is installed in. */
  readonly records: PlatformRecords;
  readonly times?: Partial<CounterTimes>;
  /** Seconds that one file may take to arrive. Default 30. */
  readonly fetchSeconds?: number;
  /** Milliseconds that a stop waits for answers under way. Default 10,000. */
  readonly farewell?: number;
}

const defaultTimes: CounterTimes = {
  pace: 3000,
  patience: [1000, 5000, 15_000],
  arrival: arrivalPatience,
  hint: 2500,
  glance: 10_000,
  forms: 2200,
};

/** Milliseconds that one call of the Web API may take. */
const callTime = 30_000;

/** A way to Slack that is open. */
interface Line {
  readonly greeting: string;
  readonly clientOf: ClientOf;
  stop(): Promise<void>;
}

/** The bot on Slack: workspaces are its servers. */
export function createSlackAdapter(options: SlackOptions): Adapter {
  const { bot, log, api, files, way, records, fetchSeconds = 30, farewell = 10_000 } = options;
  const times = { ...defaultTimes, ...options.times };
  const desk = createDesk({ bot, log, files, fetchSeconds, times, records });
  const logger = quietLogger(log);
  const clientOptions: webApi.WebClientOptions = {
    slackApiUrl: api,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: callTime,
    logger,
  };
  const common = { logger, clientOptions, convoStore: false as const };
  const courierOf = (token: string) =>
    createCourier({ client: new webApi.WebClient(token, clientOptions), files, patience: times.patience });
  let line: Line | undefined;

  async function openOne(botToken: string): Promise<Line> {
    const client = new webApi.WebClient(botToken, clientOptions);
    const me = await client.auth.test().catch((error: unknown) => explain(error, api, 'SLACK_BOT_TOKEN'));
    const team = me.team_id ?? '';
    const authorize = async ({ teamId }: { readonly teamId?: string | undefined }) => {
      if (teamId !== team) throw new Error('that is of another workspace');
      return { botToken, botId: me.bot_id ?? '', botUserId: me.user_id ?? '', teamId: team };
    };
    await bot.studio.serverJoined(serverId(team));
    const clientOf = async (id: string) => (id === team ? client : undefined);
    const where = `On Slack as ${me.user}, in the workspace ${me.team}`;
    if (way.kind === 'socket') {
      const { appToken } = way;
      const socket = createSocket({ appToken, clientOptions, logger, log, patience: times.patience });
      const app = new App({ ...common, authorize, receiver: socket.receiver, socketMode: true });
      prepare(app);
      hearLeaving(app, left);
      await socket.start().catch((error: unknown) => explain(error, api, 'SLACK_APP_TOKEN'));
      return { greeting: `${where}.`, clientOf, stop: socket.stop };
    }
    const receiver = new HTTPReceiver({ signingSecret: listening(way).signingSecret, logger });
    const app = new App({ ...common, authorize, receiver });
    prepare(app);
    hearLeaving(app, left);
    const address = await listen(receiver, listening(way));
    return {
      greeting: `${where}. Slack’s requests are taken at ${address}/slack/events`,
      clientOf,
      stop: () => receiver.stop(),
    };
  }

  async function openMany({
    clientId,
    clientSecret,
    key,
    listen: at,
  }: Extract<typeof way, { kind: 'many' }>): Promise<Line> {
    const onInstalled = (team: string) => bot.studio.serverJoined(serverId(team));
    const installationStore = createInstallations({ records, key, onInstalled });
    await requireKey(installationStore);
    const stateSecret = derivedSecret(key, 'slack state');
    const receiver = new HTTPReceiver({
      signingSecret: at.signingSecret,
      clientId,
      clientSecret,
      stateSecret,
      scopes: [...scopes],
      installationStore,
      installerOptions: {
        clientOptions,
        directInstall: true,
        callbackOptions: {
          afterInstallation: (made, _, __, response) => inWorkspace(made, clientOptions, response),
        },
      },
      logger,
    });
    const app = new App({ ...common, receiver });
    prepare(app);
    const takenOut = async (team: string) => {
      await left(team);
      await installationStore.remove(team);
    };
    hearLeaving(app, takenOut);
    const address = await listen(receiver, at);
    const clientOf = async (team: string) => {
      const passing = (error: unknown) => !(error instanceof ProblemError);
      const found = await persistently(times.patience, passing, () => installationStore.find(team));
      const token = found?.bot?.token;
      return token === undefined ? undefined : new webApi.WebClient(token, clientOptions);
    };
    const stopping = new AbortController();
    void noticeLeaving({
      installations: installationStore,
      courierOf,
      left: takenOut,
      log,
      signal: stopping.signal,
    });
    return {
      clientOf,
      greeting: `On Slack for the workspaces that install it at ${address}/slack/install. Slack’s requests are taken at ${address}/slack/events`,
      async stop() {
        stopping.abort();
        await receiver.stop();
      },
    };
  }

  function prepare(app: App): void {
    desk.attach(app);
    app.error(async (error) => {
      log.error(
        { error: refusalOf(error) instanceof Error ? error.name : 'unknown' },
        'something on Slack was not heard',
      );
    });
  }

  /** What is kept of the workspace is due before anything else is given up, so that a crash in between leaves nothing for good. */
  async function left(team: string): Promise<void> {
    await bot.studio.serverLeft(serverId(team));
    await records.remove(samplesRecord(team));
  }

  return {
    async start() {
      line = await (way.kind === 'many' ? openMany(way) : openOne(way.botToken));
      void bot.takeUp('slack', desk.reopen(line.clientOf));
      return line.greeting;
    },
    async stop() {
      await desk.close(farewell);
      await line?.stop();
    },
  };
}

function listening(way: SlackSettings['way']): SlackListening {
  if (way.kind === 'socket') throw new TypeError('a socket does not listen');
  return way.listen;
}

async function listen(receiver: HTTPReceiver, { host, port }: SlackListening): Promise<string> {
  const server = (await receiver.start({ host, port }).catch((error: NodeJS.ErrnoException) => {
    throw explainedListening(error, host, port, { host: 'SLACK_HOST', port: 'SLACK_PORT' });
  })) as Server;
  return `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;
}

/** What is wrong with a token or the way to Slack. */
function explain(error: unknown, api: string, setting: string): never {
  const refusal = refusalOf(error);
  const kind = kindOf(refusal);
  if (kind === 'token' || kind === 'taken-out') {
    raise('invalid-option', `Slack does not know ${setting}. Copy it again from the pages of the app.`);
  }
  if (kind === 'unreachable') {
    raise(
      'invalid-option',
      `Slack cannot be reached at ${new URL(api).host}. See whether this machine is online.`,
    );
  }
  throw refusal;
}
