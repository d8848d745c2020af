import { refuse } from './answer.ts';
import type { FakeChannel, FakeMessage, FakeTeam } from './world.ts';

/** The conversation of a user with the bot, which is there as soon as it is spoken of. */
export function directChannel(team: FakeTeam, user: string): FakeChannel {
  const id = `D${user.slice(1)}`;
  const known = team.channels.get(id);
  if (known) return known;
  const made: FakeChannel = { id, name: 'directmessage', kind: 'direct', with: user, member: true };
  team.channels.set(id, made);
  return made;
}

/** The channel that the bot may post in under that id, a user's standing for the conversation with them. */
export function openTo(team: FakeTeam, id: string): FakeChannel {
  const channel = team.users.has(id) ? directChannel(team, id) : team.channels.get(id);
  if (!channel || (!channel.member && channel.kind !== 'public')) return refuse('channel_not_found');
  return channel.member ? channel : refuse('not_in_channel');
}

/** Whether a user sees a message, where they are in the channel. */
export function isSeenBy(team: FakeTeam, user: string, message: FakeMessage): boolean {
  const channel = team.channels.get(message.channel);
  const theirs = channel?.with === undefined || channel.with === user;
  return theirs && !message.deleted && (message.alone === undefined || message.alone === user);
}
