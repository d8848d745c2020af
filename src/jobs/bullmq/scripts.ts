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

export type Reply = Buffer | number | null | undefined;

/** Runs scripts inside Redis, each as one step for all who look (`scripts/*.lua`). */
export function scriptsOn(redis: Redis, { prefix = defaultPrefix }: Pick<Broker, 'prefix'>) {
  const root = `${prefix}:lines`;
  const run = (name: (typeof names)[number], ...values: readonly (string | number | Buffer)[]) =>
    redis.callBuffer('EVAL', [texts.get(name)!, 2, root, prefix, ...values]);
  return {
    /** Before the names of all keys of theirs. */
    root,
    run,
    list: async (...asked: Parameters<typeof run>) => (await run(...asked)) as readonly Reply[],
  };
}
