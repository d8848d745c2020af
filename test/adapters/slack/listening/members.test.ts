import type { webApi } from '@slack/bolt';
import { expect, test } from 'vitest';
import { createMembers } from '../../../../adapters/slack/listening/members.ts';

/** Answers `users.info` of one workspace, and counts how often it is asked. */
function clientThatTells(user: Readonly<Record<string, unknown>>) {
  const asked: unknown[] = [];
  const info = async (of: unknown) => {
    asked.push(of);
    return { ok: true, user };
  };
  return { asked, client: { users: { info } } as unknown as webApi.WebClient };
}

const occasion = (team: string) => ({ team, teamName: team, user: 'U0SAME', userName: 'ada', at: 0 });

test.each([
  ['an administrator', { team_id: 'T1', is_admin: true }, 'administrator'],
  ['an owner', { team_id: 'T1', is_owner: true }, 'administrator'],
  ['a member', { team_id: 'T1' }, 'teacher'],
  ['a guest', { team_id: 'T1', is_restricted: true }, 'everyone'],
  ['a guest of one channel', { team_id: 'T1', is_restricted: true, is_ultra_restricted: true }, 'everyone'],
  ['an administrator of a workspace that shares a channel', { team_id: 'T2', is_admin: true }, 'everyone'],
  ['an owner whom Slack calls a stranger', { team_id: 'T1', is_stranger: true, is_owner: true }, 'everyone'],
])('%s may do what is theirs here', async (_, told, role) => {
  const { client } = clientThatTells(told);
  const { user } = await createMembers().personOf(client, occasion('T1'));
  expect(user.role).toBe(role);
});

test('what is known of a member of one workspace says nothing of the same id in another', async () => {
  const members = createMembers();
  const first = clientThatTells({ team_id: 'T1', is_admin: true });
  const second = clientThatTells({ team_id: 'T2' });
  const roles = [];
  for (const { client, team } of [
    { ...first, team: 'T1' },
    { ...second, team: 'T2' },
    { ...first, team: 'T1' },
  ])
    roles.push((await members.personOf(client, occasion(team))).user.role);
  expect(roles).toEqual(['administrator', 'teacher', 'administrator']);
  expect([first.asked.length, second.asked.length]).toEqual([1, 1]);
});
