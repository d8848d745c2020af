import type { webApi } from '@slack/bolt';
import { LRUCache } from 'lru-cache';
import type { Person } from '../../../commands/bot/asking.ts';
import type { Role } from '../../../commands/bot/role.ts';
import { type Locale, localeOf } from '../../../commands/locales/index.ts';
import { raise } from '../../../src/result.ts';
import { wordsFor } from '../locales/index.ts';
import type { Occasion } from './occasion.ts';

/** What Slack tells of a member of a workspace. */
export interface Member {
  readonly role: Role;
  readonly locale: Locale;
}

/** Who does something: looked up once in a while, since Slack does not say it with what they do. */
export interface Members {
  /** Raises 'not-allowed' where Slack does not tell. */
  personOf(client: webApi.WebClient, occasion: Occasion): Promise<Person>;
}

const mostMembers = 10_000;
/** In milliseconds: who is made an administrator is one here after that at the latest. */
const memory = 5 * 60_000;

/** Asks Slack about each member once in five minutes. */
export function createMembers(): Members {
  const known = new LRUCache<string, Promise<Member>>({ max: mostMembers, ttl: memory });

  async function ask(client: webApi.WebClient, { team, user }: Occasion): Promise<Member> {
    const { user: told } = await client.users.info({ user, include_locale: true });
    if (!told) throw new TypeError('Slack told nothing of a user');
    return { role: roleOf(told, team), locale: localeOf(told.locale) };
  }

  return {
    async personOf(client, occasion) {
      const { team, teamName, user, userName, channel } = occasion;
      const key = `${team}/${user}`;
      const asked = known.get(key) ?? ask(client, occasion);
      known.set(key, asked);
      const member = await asked.catch(() => {
        known.delete(key);
        return raise('not-allowed', wordsFor().unknownMember);
      });
      return {
        server: { id: serverId(team), name: teamName, offers: ['channel', 'user'] },
        user: { id: user, name: userName, ...member },
        ...(channel && { channel }),
      };
    },
  };
}

/** The id of the server that a workspace is. */
export function serverId(team: string): string {
  return `slack:${team}`;
}

type Told = NonNullable<webApi.UsersInfoResponse['user']>;

/** Administrators and owners of this workspace, not of one that shares a channel with it; guests and strangers only draw. */
function roleOf(told: Told, team: string): Role {
  const stranger = told.is_stranger || (told.team_id !== undefined && told.team_id !== team);
  if (stranger || told.is_restricted || told.is_ultra_restricted) return 'everyone';
  return told.is_admin || told.is_owner || told.is_primary_owner ? 'administrator' : 'teacher';
}
