import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createRest } from '../../adapters/discord/client.ts';
import { registerCommands } from '../../adapters/discord/registration/registration.ts';
import { endWith, wholeNumber } from '../../bin/support/arguments.ts';
import { loadCommands } from '../../commands/index.ts';
import { raise } from '../../src/result.ts';
import { type FakeDiscord, startFakeDiscord } from '../fakes/discord/index.ts';
import { createCrowd } from './crowd.ts';
import { watchMemory } from './memory.ts';
import { brokenPromises, summarize } from './summary.ts';

/** `npm run bench:discord`: the bot as `npm start` runs it, its engine busy, and a stand-in for Discord full of people. */

const usage = `npm run bench:discord -- [options]
Runs the bot against a stand-in for Discord while its engine teaches without end, and prints as JSON how soon it answers.
Ends with 1 where a command was acknowledged after 3 s or not at all, was answered twice or never, or memory grew.

  --guilds N     guilds that commands come from                  (200)
  --commands N   commands in all                                 (1000)
  --seconds N    time that they are spread over                  (60)
  --patience N   seconds to wait for the last answers            (900)
  --json FILE    writes the JSON there too
`;

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      guilds: { type: 'string', default: '200' },
      commands: { type: 'string', default: '1000' },
      seconds: { type: 'string', default: '60' },
      patience: { type: 'string', default: '900' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(usage);
  const guilds = wholeNumber('--guilds', values.guilds, 1, 2500);
  const commands = wholeNumber('--commands', values.commands, 1, 100_000);
  const seconds = wholeNumber('--seconds', values.seconds, 1, 86_400);
  const patience = wholeNumber('--patience', values.patience, 1, 86_400);

  const discord = await startFakeDiscord();
  const folder = await mkdtemp(join(tmpdir(), 'keepsake-load-'));
  const names = Array.from({ length: guilds }, (_, index) => `guild ${index + 1}`);
  const made = names.map((name) => discord.guild(name));
  await registerCommands(
    createRest(discord.api, discord.token),
    discord.world.application,
    await loadCommands(),
  );
  const bot = await startBot(discord, folder);
  const memory = watchMemory(bot.pid);
  try {
    const crowd = createCrowd(discord, made);
    await crowd.keepEngineBusy();
    memory.mark('busy');
    for (let index = 0; index < commands; index++) {
      crowd.act(index);
      if (index === Math.floor(commands / 2)) memory.mark('half');
      await pause((seconds * 1000) / commands);
    }
    memory.mark('sent');
    const unanswered = await crowd.settle(patience);
    memory.mark('answered');
    const result = { guilds, seconds, ...summarize(discord, crowd.sent, unanswered), memory: memory.stop() };
    const json = JSON.stringify(result, undefined, 2);
    console.log(json);
    if (values.json !== undefined) await writeFile(values.json, `${json}\n`);
    const broken = brokenPromises(result);
    for (const sentence of broken) console.error(sentence);
    if (broken.length > 0) process.exitCode = 1;
  } finally {
    await bot.stop();
    await discord.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** `npm start` on the stand-in. Its teaches have so many steps that they do not end by themselves. */
async function startBot({ api, token, attachments }: FakeDiscord, folder: string) {
  const child = spawn(process.execPath, ['bin/start.ts'], {
    cwd: join(import.meta.dirname, '../..'),
    env: {
      ...process.env,
      DISCORD_TOKEN: token,
      DISCORD_API_URL: api,
      DISCORD_FILE_HOSTS: attachments.origin,
      DATA_DIR: folder,
      TEACH_STEPS: '100000',
      LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const ready = Promise.withResolvers<void>();
  createInterface(child.stdout).on('line', (line) => {
    console.error(line);
    if (line.startsWith('On Discord as')) ready.resolve();
  });
  await Promise.race([ready.promise, ended.then(() => raise('engine-down', 'The bot did not start.'))]);
  return {
    pid: child.pid,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

run().catch((error: unknown) => endWith(error, usage));
