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
  const present = new Set<string>();
  let application = '';
  let work = Promise.resolve();

  /** One after another, so that a guild that is left and joined at once ends as it should; each is noted once it is told. */
  function tell(act: () => Promise<void>): void {
    work = work
      .then(act)
      .then(save)
      .catch((error: unknown) => log.error({ error }, 'a server could not be noted'));
  }

  async function save(): Promise<void> {
    const draft = `${file}.draft`;
    await mkdir(dirname(file), { recursive: true });
    await writeFile(draft, JSON.stringify({ application, guilds: [...present] }));
    await rename(draft, file);
  }

  /** Those the same application was in when this was last saved; another one's are none of its business. */
  async function remembered(): Promise<ReadonlySet<string>> {
    const json = await readFile(file, 'utf8').catch(() => '{}');
    const kept = keptSchema.safeParse(parsed(json));
    return new Set(kept.success && kept.data.application === application ? kept.data.guilds : []);
  }

  return {
    begin(id, ids) {
      application = id;
      const now = new Set(ids);
      for (const guild of now) present.add(guild);
      tell(async () => {
        const before = await remembered();
        for (const guild of before) if (!now.has(guild)) await studio.serverLeft(serverId(guild));
        for (const guild of now) if (!before.has(guild)) await studio.serverJoined(serverId(guild));
      });
    },
    joined(id) {
      present.add(id);
      tell(() => studio.serverJoined(serverId(id)));
    },
    left(id) {
      present.delete(id);
      tell(() => studio.serverLeft(serverId(id)));
    },
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
