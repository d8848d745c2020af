import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createGuilds } from '../../../adapters/discord/guilds.ts';
import { createFakeStudio } from '../../fakes/studio.ts';
import { openHouse } from './house.ts';

async function open() {
  const folder = await mkdtemp(join(tmpdir(), 'keepsake-guilds-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'discord', 'guilds.json');
  const errors: object[] = [];
  const log = { info: () => {}, error: (details: object) => void errors.push(details) };
  /** One run of the bot, which finds itself in these guilds. */
  async function run(
    application: string,
    ids: readonly string[],
    meanwhile?: (guilds: Guilds) => void,
    failing: readonly string[] = [],
  ) {
    const studio = createFakeStudio();
    const refusing =
      (sign: string, tell: (server: string) => Promise<void>) =>
      async (server: string): Promise<void> => {
        if (failing.includes(`${sign}${server}`)) throw new Error('The store is away.');
        await tell(server);
      };
    const told = {
      serverLeft: refusing('-', studio.serverLeft),
      serverJoined: refusing('+', studio.serverJoined),
    };
    const guilds = createGuilds({ studio: told, log, file });
    guilds.begin(application, ids);
    meanwhile?.(guilds);
    await guilds.settle();
    return studio.moves;
  }
  return { file, errors, run };
}
type Guilds = ReturnType<typeof createGuilds>;

test('a guild that is left, and joined again, is told of as such', async () => {
  const house = await openHouse();
  const { discord, guild, studio, server } = house;
  await expect.poll(() => studio.moves).toEqual([`+${server}`]);
  discord.leave(guild);
  await expect.poll(() => studio.moves).toEqual([`+${server}`, `-${server}`]);
  const again = discord.guild('kitchen');
  await expect.poll(() => studio.moves.at(-1)).toBe(`+discord:${again.id}`);
});

test('a guild that cannot be reached for a while is not left', async () => {
  const { discord, guild, studio, ada, channel, answered } = await openHouse();
  await expect.poll(() => studio.moves).toHaveLength(1);
  discord.gateway.dispatch('GUILD_DELETE', { id: guild.id, unavailable: true });
  await answered(ada.slash(channel, 'help'));
  expect(studio.moves).toHaveLength(1);
});

test('what was left and joined while the bot was not running is found at its next start', async () => {
  const { run } = await open();
  expect(await run('app', ['1', '2'])).toEqual(['+discord:1', '+discord:2']);
  expect(await run('app', ['2', '3'])).toEqual(['-discord:1', '+discord:3']);
  expect(await run('app', ['2', '3'])).toEqual([]);
  expect(await run('app', ['2', '3'], (guilds) => guilds.left('3'))).toEqual(['-discord:3']);
  expect(await run('app', ['2'])).toEqual([]);
});

test('what could not be noted is told again after the next start, whatever else was noted since', async () => {
  const { run, errors } = await open();
  await run('app', ['1', '2']);
  const both = (guilds: Guilds) => {
    guilds.left('1');
    guilds.joined('3');
  };
  expect(await run('app', ['1', '2'], both, ['-discord:1'])).toEqual(['+discord:3']);
  expect(await run('app', ['2', '3'])).toEqual(['-discord:1']);
  expect(await run('app', ['2', '3', '4', '5'], undefined, ['+discord:4'])).toEqual(['+discord:5']);
  expect(await run('app', ['2', '3', '4', '5'])).toEqual(['+discord:4']);
  expect(errors).toHaveLength(2);
});

test('the guilds of another application are not taken for left', async () => {
  const { run } = await open();
  await run('app', ['1', '2']);
  expect(await run('another', ['2'])).toEqual(['+discord:2']);
});

test('a note of the guilds that cannot be read costs nobody anything, and is written anew', async () => {
  const { run, file, errors } = await open();
  await run('app', ['1']);
  await writeFile(file, '{"application":');
  expect(await run('app', ['1'])).toEqual(['+discord:1']);
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ application: 'app', guilds: ['1'] });
  expect(errors).toEqual([]);
});
