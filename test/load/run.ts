import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { wholeNumber } from '../../bin/support/arguments.ts';
import { raise } from '../../src/result.ts';
import { unset } from '../fakes/unset.ts';
import { watched, watchMemory } from './memory.ts';
import { brokenPromises, type Seen, type Summary, summarize } from './summary.ts';

/** People on a platform, who do what people do. */
export interface Crowd {
  /** Two teaches that go on until they are cancelled; resolves when both are shown to be under way. */
  keepEngineBusy(): Promise<void>;
  /** Does one thing on one of the servers, by its number. */
  act(index: number): void;
  /** Cancels the teaches, and resolves with what was seen once all is answered, at most after so many seconds. */
  settle(seconds: number): Promise<Seen>;
}

/** A stand-in for a platform, full of people. */
export interface Stage {
  /** What the bot finds it by. */
  readonly environment: Readonly<Record<string, string>>;
  /** Resolves with the crowd once the bot has said `greeting`. */
  crowd(greeting: string): Promise<Crowd>;
  stop(): Promise<void>;
}

export interface LoadOptions {
  /** What servers are called there. */
  readonly servers: 'guilds' | 'workspaces';
  readonly defaults: { readonly servers: number; readonly commands: number; readonly seconds: number };
  /** How the line of the bot begins that says that it is connected. */
  readonly greeting: string;
  usage(defaults: string): string;
  open(servers: number): Promise<Stage>;
}

/** Runs the bot as `npm start` does while its engine teaches without end, and prints as JSON how soon it answers. */
export async function runLoad({
  servers: called,
  defaults,
  greeting,
  usage,
  open,
}: LoadOptions): Promise<void> {
  const { values } = parseArgs({
    options: {
      [called]: { type: 'string', default: String(defaults.servers) },
      commands: { type: 'string', default: String(defaults.commands) },
      seconds: { type: 'string', default: String(defaults.seconds) },
      patience: { type: 'string', default: '900' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help === true) return void process.stdout.write(usage(optionsOf(called, defaults)));
  const read = (name: string, most: number) =>
    wholeNumber(`--${name}`, String(values[name as 'commands']), 1, most);
  const [servers, commands] = [read(called, 2500), read('commands', 100_000)];
  const [seconds, patience] = [read('seconds', 86_400), read('patience', 86_400)];
  const folder = await mkdtemp(join(tmpdir(), 'keepsake-load-'));
  const stage = await open(servers);
  const bot = await startBot(stage.environment, folder, greeting);
  const memory = watchMemory(bot.child);
  try {
    const crowd = await stage.crowd(bot.said);
    await crowd.keepEngineBusy();
    await memory.mark('busy');
    for (let index = 0; index < commands; index++) {
      crowd.act(index);
      if (index === Math.floor(commands / 2)) await memory.mark('half');
      await pause((seconds * 1000) / commands);
    }
    await memory.mark('sent');
    const seen = await crowd.settle(patience);
    await memory.mark('answered');
    await report({ [called]: servers, seconds, ...summarize(seen), memory: memory.stop() }, values.json);
  } finally {
    await bot.stop();
    await stage.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function report(result: Summary & { readonly seconds: number }, file: unknown): Promise<void> {
  const json = JSON.stringify(result, undefined, 2);
  console.log(json);
  if (typeof file === 'string') await writeFile(file, `${json}\n`);
  const broken = brokenPromises(result);
  for (const sentence of broken) console.error(sentence);
  if (broken.length > 0) process.exitCode = 1;
}

/** `npm start` on the stand-in, without what `.env` says of another bot. Its teaches have so many steps that they do not end by themselves. */
async function startBot(environment: Stage['environment'], folder: string, greeting: string) {
  const child = spawn(process.execPath, [...watched, 'bin/start.ts'], {
    cwd: join(import.meta.dirname, '../..'),
    env: {
      ...unset,
      ...process.env,
      ...environment,
      DATA_DIR: folder,
      TEACH_STEPS: '100000',
      LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const ready = Promise.withResolvers<string>();
  createInterface({ input: child.stdout! }).on('line', (line) => {
    console.error(line);
    if (line.startsWith(greeting)) ready.resolve(line);
  });
  const said = await Promise.race([
    ready.promise,
    ended.then(() => raise('engine-down', 'The bot did not start.')),
  ]);
  return {
    child,
    said,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function optionsOf(servers: string, defaults: LoadOptions['defaults']): string {
  const line = (name: string, what: string, value: number) =>
    `  ${`--${name} N`.padEnd(16)}${what.padEnd(46)}(${value})`;
  return [
    line(servers, `${servers} that commands come from`, defaults.servers),
    line('commands', 'commands in all', defaults.commands),
    line('seconds', 'time that they are spread over', defaults.seconds),
    line('patience', 'seconds to wait for the last answers', 900),
    '  --json FILE     writes the JSON there too',
  ].join('\n');
}
