import { onTestFinished } from 'vitest';
import { createSlackAdapter } from '../../../../adapters/slack/adapter.ts';
import { manifestOf } from '../../../../adapters/slack/manifest/manifest.ts';
import { createBot } from '../../../../commands/bot/bot.ts';
import { loadCommands } from '../../../../commands/index.ts';
import type { Ledger, PlatformRecords } from '../../../../model-store/store.ts';
import { createMoment } from '../../../fakes/moment.ts';
import { createFakeJobs, createFakePlatformRecords } from '../../../fakes/records.ts';
import { type FakeSlack, startFakeSlack } from '../../../fakes/slack/index.ts';
import { createFakeStudio } from '../../../fakes/studio.ts';
import { addressIn, key, manyOptions, quickTimes } from '../platform.ts';

/** The bot on a stand-in for Slack, for the workspaces that install it. */
export interface OpenOptions {
  /** Slack and what was kept of it, of an earlier bot. */
  readonly at?: { readonly slack: FakeSlack; readonly records: ReturnType<typeof createFakePlatformRecords> };
  readonly key?: Uint8Array;
  readonly ledger?: Ledger;
  /** What the bot finds of the records. */
  readonly found?: Partial<PlatformRecords>;
}

/** Opens one for a test, and takes everything down after it. */
export async function open({ at, key: own = key, ledger, found }: OpenOptions = {}) {
  const moment = createMoment();
  const studio = createFakeStudio({ onStep: moment.over });
  const slack = at?.slack ?? (await startFakeSlack());
  const logged: string[] = [];
  const log = { info: () => {}, error: (_: object, message: string) => void logged.push(message) };
  const commands = await loadCommands();
  const bot = createBot({ commands, studio, jobs: createFakeJobs(), log, ...(ledger && { ledger }) });
  slack.use(manifestOf(bot.commands, { kind: 'http', address: 'https://bot.example' }));
  const records = at?.records ?? createFakePlatformRecords();
  const { way, ...rest } = manyOptions(slack);
  const adapter = createSlackAdapter({
    bot,
    log,
    records: { ...records, ...found },
    times: quickTimes,
    farewell: 100,
    ...rest,
    way: { ...way, key: own },
  });
  let stopped: Promise<void> | undefined;
  const stop = () => {
    bot.stop();
    stopped ??= adapter.stop();
    return stopped;
  };
  onTestFinished(async () => {
    await stop();
    if (!at) await slack.stop();
  });
  const address = addressIn(await adapter.start());
  slack.delivery.address = `${address}/slack/events`;
  return { studio, slack, records, address, logged, stop, hold: moment.hold };
}
