import type { Arguments } from './wire.ts';
import type { FakeTeam, World } from './world.ts';

export interface Call {
  readonly world: World;
  readonly team: FakeTeam;
  readonly args: Arguments;
  /** Address of the fake, without a slash at its end. */
  readonly address: string;
  /** Whether it is to be said that it was done and not done. */
  readonly lost: boolean;
}

/** A method of the Web API. */
export interface Method {
  /** The scope that the bot needs. */
  readonly scope?: string;
  /** What has to come along: the bot's token by default. */
  readonly token?: 'bot' | 'app' | 'none';
  /** The body of the answer but its `ok`. Refuses what Slack refuses. */
  answer(call: Call): object;
}

export type Methods = Readonly<Record<string, Method>>;

/** An argument that is a string, or ''. */
export function words(args: Arguments, name: string): string {
  const value = args[name];
  return typeof value === 'string' ? value : '';
}
