import { onTestFinished } from 'vitest';
import type { Adapter } from '../../../adapters/adapter.ts';
import { createSlackAdapter, type SlackOptions } from '../../../adapters/slack/adapter.ts';
import { manifestOf } from '../../../adapters/slack/manifest/manifest.ts';
import { type Bot, createBot, type Log } from '../../../commands/bot/bot.ts';
import { loadCommands } from '../../../commands/index.ts';
import type { Ledger } from '../../../model-store/store.ts';
import { createMoment } from '../../fakes/moment.ts';
import { createFakeJobs, createFakePlatformRecords } from '../../fakes/records.ts';
import { type FakeSlack, startFakeSlack } from '../../fakes/slack/index.ts';
import type { Sent, SlackPerson } from '../../fakes/slack/person.ts';
import { isWaiting, isWorking, shownOf } from '../../fakes/slack/shown.ts';
import type { FakeChannel, FakeMessage, FakeTeam, FakeView } from '../../fakes/slack/world.ts';
import { createFakeStudio, drawing, type FakeStudio, png } from '../../fakes/studio.ts';
import { addressIn, memberOf, quickTimes } from './platform.ts';

/** The bot on a stand-in for Slack, in a workspace with one channel and three people. */
export interface House {
  readonly slack: FakeSlack;
  readonly studio: FakeStudio;
  readonly bot: Bot;
  readonly adapter: Adapter;
  readonly greeting: string;
  readonly team: FakeTeam;
  readonly channel: FakeChannel;
  /** The workspace as the bot knows it. */
  readonly server: string;
  /** A teacher, another one, and an administrator. */
  readonly ada: SlackPerson;
  readonly ben: SlackPerson;
  readonly boss: SlackPerson;
  /** What was logged as an error. */
  readonly logged: { readonly details: object; readonly message: string }[];
  /** Keeps the studio at the first step of every job, until the returned function is called. */
  hold(): () => void;
  /** The form that something opened. */
  form(sent: Sent): Promise<FakeView>;
  /** The texts that the bot wrote and that the person sees, oldest first, once they are more than `count`. */
  texts(person: SlackPerson, count?: number): Promise<readonly string[]>;
  /** The first message of the bot that the person sees and that is an answer, from the `from`th message on. */
  answer(person: SlackPerson, from?: number): Promise<FakeMessage>;
  picture(): Promise<Uint8Array>;
}

export interface HouseOptions extends Partial<SlackOptions> {
  readonly kind?: 'http' | 'socket';
  /** Steps of a teach. Default 3. */
  readonly steps?: number;
  readonly onStep?: (step: number) => Promise<void>;
  /** Where the bot keeps its jobs; nowhere by default. */
  readonly ledger?: Ledger;
  /** Slack and a workspace of an earlier house, to move into. */
  readonly at?: Pick<House, 'slack' | 'team'>;
}

/** Opens one for a test, and takes everything down after it. */
export async function openHouse({
  kind = 'http',
  steps = 3,
  onStep,
  ledger,
  at,
  ...own
}: HouseOptions = {}): Promise<House> {
  const moment = createMoment();
  const studio = createFakeStudio({ steps, onStep: onStep ?? moment.over });
  const logged: House['logged'] = [];
  const recorded: Log = {
    info: () => {},
    error: (details, message) => void logged.push({ details, message }),
  };
  const log = own.log ?? recorded;
  const slack = at?.slack ?? (await startFakeSlack());
  const { world, wire } = slack;
  const bot = createBot({
    commands: await loadCommands(),
    studio,
    jobs: createFakeJobs(),
    log,
    ...(ledger && { ledger }),
  });
  const meeting = kind === 'http' ? { kind, address: 'https://bot.example' } : { kind };
  slack.use(manifestOf(bot.commands, meeting));
  const team = at?.team ?? slack.team('kitchen');
  const listen = { host: '127.0.0.1', port: 0, signingSecret: world.signingSecret };
  const way =
    kind === 'http'
      ? { kind, botToken: team.token, listen }
      : { kind, botToken: team.token, appToken: world.appToken };
  const records = createFakePlatformRecords();
  const adapter = createSlackAdapter({
    bot,
    log,
    records,
    api: slack.api,
    files: [slack.address],
    way,
    farewell: 1000,
    ...own,
    times: { ...quickTimes, ...own.times },
  });
  onTestFinished(async () => {
    bot.stop();
    await adapter.stop().catch(() => {});
    if (!at) await slack.stop();
  });
  const greeting = await adapter.start();
  if (way.kind === 'http') slack.delivery.address = `${addressIn(greeting)}/slack/events`;

  const byBot = (person: SlackPerson, from = 0) =>
    world.messages
      .slice(from)
      .filter((one) => one.user === team.botUser && person.sees(one) && one.files.length === 0);

  return {
    slack,
    studio,
    bot,
    adapter,
    greeting,
    team,
    channel: [...team.channels.values()][0]!,
    server: `slack:${team.id}`,
    ada: slack.person(team, 'ada', memberOf.teacher),
    ben: slack.person(team, 'ben', memberOf.teacher),
    boss: slack.person(team, 'boss', memberOf.administrator),
    logged,
    hold: moment.hold,
    form: (sent) => wire.until(sent.view),
    texts: (person, count = 0) =>
      wire.until(() => {
        const all = byBot(person).map(({ state }) => shownOf(state).text);
        return all.length > count && !all.includes('…') && all;
      }),
    answer: (person, from = 0) =>
      wire.until(() => byBot(person, from).find((one) => !isWaiting(one) && !isWorking(one.state))),
    picture: () => png(drawing(5, 'park')),
  };
}
