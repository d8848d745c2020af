import type { App } from '@slack/bolt';
import PQueue from 'p-queue';
import type { Log } from '../../../commands/bot/bot.ts';
import type { Courier } from '../messages/courier.ts';
import { kindOf } from '../messages/refusal.ts';
import type { Installations } from './installations.ts';

/** What is done about a workspace that took the app out. */
export type Left = (team: string) => Promise<void>;

/** Hears of workspaces that take the app out, by whichever of the two events comes, and in whatever order. */
export function hearLeaving(app: App, left: Left): void {
  app.event('app_uninstalled', ({ body }) => left(body.team_id));
  app.event('tokens_revoked', async ({ body, event }) => {
    if ((event.tokens.bot ?? []).length > 0) await left(body.team_id);
  });
}

export interface NoticeOptions {
  readonly installations: Pick<Installations, 'teams' | 'find'>;
  readonly courierOf: (token: string) => Pick<Courier, 'identify'>;
  readonly left: Left;
  readonly log: Log;
  /** Ends it before the next workspace. */
  readonly signal: AbortSignal;
}

const atOnce = 4;

/**
 * Asks Slack about every workspace that the app is installed in: those that took it out have left, heard or not. Where Slack says anything
 * else or nothing, the app is taken to be there still. Never rejects.
 */
export async function noticeLeaving(options: NoticeOptions): Promise<void> {
  const { installations, courierOf, left, log, signal } = options;
  let unsure = 0;

  const tokenOf = async (team: string) => (await installations.find(team))?.bot?.token;

  /** One that installed the app again while Slack was asked has another token by then. */
  async function ask(team: string): Promise<void> {
    const token = await tokenOf(team);
    if (signal.aborted || token === undefined) return;
    const refusal = await courierOf(token)
      .identify()
      .catch((error: unknown) => error);
    if (refusal === undefined) return;
    if (kindOf(refusal) !== 'taken-out') throw refusal;
    if (!signal.aborted && (await tokenOf(team)) === token) await left(team);
  }

  try {
    const queue = new PQueue({ concurrency: atOnce });
    const { open } = await installations.teams();
    await queue.addAll(open.map((team) => () => ask(team).catch(() => unsure++)));
    if (unsure > 0) log.error({ workspaces: unsure }, 'Slack did not say whether the app is there still');
  } catch (error) {
    log.error({ error }, 'nobody looked whether workspaces have left');
  }
}
