import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { Adapter } from '../../../adapters/adapter.ts';
import { createDiscordAdapter, type DiscordOptions } from '../../../adapters/discord/adapter.ts';
import { createRest } from '../../../adapters/discord/client.ts';
import { registerCommands } from '../../../adapters/discord/registration/registration.ts';
import { type Bot, createBot, type Log } from '../../../commands/bot/bot.ts';
import { loadCommands } from '../../../commands/index.ts';
import type { Ledger } from '../../../model-store/store.ts';
import { type FakeDiscord, startFakeDiscord } from '../../fakes/discord/index.ts';
import { answerOf } from '../../fakes/discord/interactions.ts';
import type { DiscordPerson } from '../../fakes/discord/person.ts';
import type { FakeGuild, FakeInteraction, FakeMessage } from '../../fakes/discord/world.ts';
import { createMoment } from '../../fakes/moment.ts';
import { createFakeJobs } from '../../fakes/records.ts';
import { createFakeStudio, drawing, type FakeStudio, png } from '../../fakes/studio.ts';
import { isWorking, permissionsOf } from './platform.ts';

/** The bot on a stand-in for Discord, in a guild with one channel and three people. */
export interface House {
  readonly discord: FakeDiscord;
  readonly studio: FakeStudio;
  readonly bot: Bot;
  readonly adapter: Adapter;
  /** What `start` said. */
  readonly greeting: string;
  readonly guild: FakeGuild;
  readonly channel: string;
  /** The guild as the bot knows it. */
  readonly server: string;
  /** A teacher, another one, and an administrator. */
  readonly ada: DiscordPerson;
  readonly ben: DiscordPerson;
  readonly boss: DiscordPerson;
  /** What was logged as an error. */
  readonly logged: { readonly details: object; readonly message: string }[];
  /** A picture as an attachment. */
  picture(): Promise<ReturnType<FakeDiscord['attachments']['keep']>>;
  /** Keeps the studio at the first step of every job, until the returned function is called. */
  hold(): () => void;
  /** The first message that answers, once it shows neither “thinking” nor progress. */
  answered(interaction: FakeInteraction): Promise<FakeMessage>;
  /** The same while a job is under way: once it shows progress. */
  working(interaction: FakeInteraction): Promise<FakeMessage>;
}

export interface HouseOptions extends Partial<DiscordOptions> {
  readonly steps?: number;
  /** Awaited before each step of a job. */
  readonly onStep?: (step: number) => Promise<void>;
  /** Where the bot keeps its jobs; nowhere by default. */
  readonly ledger?: Ledger;
  /** Discord and a guild of an earlier house, to move into. */
  readonly at?: Pick<House, 'discord' | 'guild'>;
  /** Replaces parts of the studio. */
  readonly studio?: Partial<FakeStudio>;
  /** How many shards Discord asks for. Default 1. */
  readonly shards?: number;
  /** Whether Discord is told of the commands first. Default yes. */
  readonly registered?: boolean;
}

/** Opens one for a test, and takes everything down after it. */
export async function openHouse(options: HouseOptions = {}): Promise<House> {
  const {
    steps = 3,
    onStep,
    studio: replaced = {},
    registered = true,
    shards = 1,
    ledger,
    at,
    ...own
  } = options;
  const moment = createMoment();
  const studio = { ...createFakeStudio({ steps, onStep: onStep ?? moment.over }), ...replaced };
  const logged: House['logged'] = [];
  const recorded: Log = {
    info: () => {},
    error: (details, message) => void logged.push({ details, message }),
  };
  const log = own.log ?? recorded;
  const discord = at?.discord ?? (await startFakeDiscord());
  discord.world.shards = shards;
  const folder = await mkdtemp(join(tmpdir(), 'keepsake-discord-'));
  const guild = at?.guild ?? discord.guild('kitchen');
  const bot = createBot({
    commands: await loadCommands(),
    studio,
    jobs: createFakeJobs(),
    log,
    ...(ledger && { ledger }),
  });
  const { api, token, world, wire, attachments } = discord;
  if (registered) await registerCommands(createRest(api, token), world.application, bot.commands);
  const adapter = createDiscordAdapter({
    bot,
    log,
    token,
    api,
    files: [attachments.origin],
    folder,
    farewell: 1000,
    ...own,
    times: { pace: 10, patience: [10, 20], ...own.times },
  });
  onTestFinished(async () => {
    bot.stop();
    await adapter.stop();
    if (!at) await discord.stop();
    await rm(folder, { recursive: true });
  });

  const message = (interaction: FakeInteraction, fits: (message: FakeMessage) => boolean) =>
    wire.until(() => {
      const found = answerOf(world, interaction);
      return found && fits(found) && found;
    });

  return {
    discord,
    studio,
    bot,
    adapter,
    greeting: await adapter.start(),
    guild,
    channel: guild.channels[0]!.id,
    server: `discord:${guild.id}`,
    ada: discord.person('ada', permissionsOf.teacher),
    ben: discord.person('ben', permissionsOf.teacher),
    boss: discord.person('boss', permissionsOf.administrator),
    logged,
    picture: async () => attachments.keep(await png(drawing(5, 'park'))),
    hold: moment.hold,
    answered: (interaction) => message(interaction, ({ loading, state }) => !loading && !isWorking(state)),
    working: (interaction) => message(interaction, ({ state }) => isWorking(state)),
  };
}

/** An imagine that its guard acknowledged, so that one person alone sees it, and that is under way then for everyone. */
export async function imagineForOneAlone(
  house: House,
  options: Parameters<House['ada']['slash']>[2],
): Promise<FakeInteraction> {
  const { ada, channel, discord, studio } = house;
  const { promise: held, resolve: open } = Promise.withResolvers<void>();
  const { mayBeUsed } = studio;
  studio.mayBeUsed = async (...asked) => {
    await held;
    return mayBeUsed(...asked);
  };
  const sent = ada.slash(channel, 'imagine', options);
  await discord.wire.until(() => sent.acknowledged);
  open();
  expect((await house.working(sent)).alone).toBe(ada.user.id);
  return sent;
}

/** The messages that the bot posted without an interaction's token. */
export function posted({ discord, channel }: House): readonly FakeMessage[] {
  return discord.seenBy(discord.person('ada', 0n), channel).filter(({ nonce }) => nonce !== undefined);
}

/** The labels of a message's buttons. */
export function labels({ state }: FakeMessage): readonly string[] {
  return state.components.flatMap(({ components }) => components.map(({ label }) => label));
}

/** The id of a message's button. */
export function buttonOf({ state }: FakeMessage, label: string): string {
  const all = state.components.flatMap(({ components }) => components);
  const found = all.find((button) => button.label === label);
  if (!found) throw new Error(`No button ${label} among ${all.map((button) => button.label)}`);
  return found.custom_id;
}
