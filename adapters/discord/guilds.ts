import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Log } from '../../commands/bot/bot.ts';
import type { Studio } from '../../src/studio/studio.ts';
import { serverId } from './interactions/asker.ts';

/** Tells the studio of guilds that the bot leaves and joins, also of those it left and joined while it was not running. */
export interface Guilds {
  /** To be called once the bot is connected, with the ids of all guilds it is in. */
  begin(application: string, ids: readonly string[]): void;
  joined(id: string): void;
  left(id: string): void;
  /** Resolves when all that was heard is told. */
  settle(): Promise<void>;
}

export interface GuildsOptions {
  readonly studio: Pick<Studio, 'serverLeft' | 'serverJoined'>;
  readonly log: Log;
  /** The file that remembers which guilds the bot is in. */
  readonly file: string;
}

const keptSchema = z.object({ application: z.string(), guilds: z.array(z.string()) });

export function createGuilds({ studio, log, file }: GuildsOptions): Guilds {
  /** The guilds that the studio knows the bot to be in. */
  const told = new Set<string>();
  let application = '';
  let work = Promise.resolve();

  /** One after another, so that a guild that is left and joined at once ends as it should. */
  function inTurn(act: () => Promise<void>): void {
    work = work.then(act).catch(note);
  }

  function note(error: unknown): void {
    log.error({ error }, 'a server could not be noted');
  }

  /** Written down once it is told: what could not be told is told again after the next start. */
  async function tellLeft(id: string): Promise<void> {
    await studio.serverLeft(serverId(id));
    told.delete(id);
    await save();
  }

  async function tellJoined(id: string): Promise<void> {
    await studio.serverJoined(serverId(id));
    told.add(id);
    await save();
  }

  async function save(): Promise<void> {
    const draft = `${file}.draft`;
    await mkdir(dirname(file), { recursive: true });
    await writeFile(draft, JSON.stringify({ application, guilds: [...told] }));
    await rename(draft, file);
  }

  /** Those the same application was in when this was last saved; another one's are none of its business. */
  async function remembered(): Promise<Set<string>> {
    const json = await readFile(file, 'utf8').catch(() => '{}');
    const kept = keptSchema.safeParse(parsed(json));
    return new Set(kept.success && kept.data.application === application ? kept.data.guilds : []);
  }

  return {
    begin(id, ids) {
      application = id;
      const now = new Set(ids);
      inTurn(async () => {
        const before = await remembered();
        for (const guild of before) told.add(guild);
        for (const guild of before.difference(now)) await tellLeft(guild).catch(note);
        for (const guild of now.difference(before)) await tellJoined(guild).catch(note);
        await save();
      });
    },
    joined: (id) => inTurn(() => tellJoined(id)),
    left: (id) => inTurn(() => tellLeft(id)),
    settle: () => work,
  };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
