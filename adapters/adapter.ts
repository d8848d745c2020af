import type { Bot, Log } from '../commands/bot/bot.ts';
import type { MessageLog, PlatformRecords } from '../model-store/store.ts';
import type { Settings } from '../src/settings/settings.ts';

/** The bot on one platform, or ready to be. */
export interface Adapter {
  /** Resolves when it can be talked to, with a sentence for the terminal that says where. */
  start(): Promise<string>;
  /** Stops listening and lets go of every connection. */
  stop(): Promise<void>;
}

/** What every adapter is made from. */
export interface AdapterServices {
  readonly bot: Bot;
  readonly log: Log;
  readonly messages: MessageLog;
  /** Small JSON of its own, such as where its app is installed. */
  readonly records: PlatformRecords;
  /** A folder of its own for what it keeps. */
  readonly folder: string;
}

/**
 * The default export of `adapters/NAME/index.ts`. An adapter hears its platform's events, runs commands through the
 * bot, and shows what the bot's {@link Conversation} is told: literal text escaped, deferrals within the platform's
 * deadline, progress at a pace of its own, buttons by their ids. `test/adapters/conformance.ts` says what it promises.
 */
export interface AdapterModule {
  /** The folder's name. */
  readonly name: string;
  /** Whether the settings ask for it. */
  wanted(settings: Settings): boolean;
  /** Raises 'invalid-option' where its settings cannot be used. */
  create(settings: Settings, services: AdapterServices): Promise<Adapter>;
}
