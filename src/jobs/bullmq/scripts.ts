import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Broker, defaultPrefix, type Redis } from './redis.ts';

const names = [
  'enter',
  'claim',
  'hold',
  'settle',
  'release',
  'cancel',
  'look',
  'beat',
  'depart',
  'crew',
] as const;
const textOf = (name: string) => readFileSync(join(import.meta.dirname, 'scripts', `${name}.lua`), 'utf8');
const texts = new Map(names.map((name) => [name, textOf('common') + textOf(name)]));

/** What a script answers with: bytes where Redis has a text, null where it has nothing. */
export type Reply = Buffer | number | null | undefined;

type Command = (...values: readonly (string | number | Buffer)[]) => Promise<unknown>;

/** A script as a command of a connection, which sends its text only to a Redis that does not have it. Answers with bytes. */
export function scriptOn(redis: Redis, name: string, lua: string, numberOfKeys: number): Command {
  const command = `keepsake-${name}`;
  redis.defineCommand(command, { lua, numberOfKeys });
  const commands = redis as unknown as Readonly<Record<string, Command>>;
  return (...values) => commands[`${command}Buffer`]!.call(redis, ...values);
}

/** Runs scripts inside Redis, each as one step for all who look (`scripts/*.lua`). */
export function scriptsOn(redis: Redis, { prefix = defaultPrefix }: Pick<Broker, 'prefix'>) {
  const root = `${prefix}:lines`;
  const commands = new Map(names.map((name) => [name, scriptOn(redis, name, texts.get(name)!, 2)]));
  const run = (name: (typeof names)[number], ...values: readonly (string | number | Buffer)[]) =>
    commands.get(name)!(root, prefix, ...values);
  return {
    /** Before the names of all keys of theirs. */
    root,
    run,
    list: async (...asked: Parameters<typeof run>) => (await run(...asked)) as readonly Reply[],
  };
}
