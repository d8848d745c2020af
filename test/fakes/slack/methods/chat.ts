import { refuse } from '../answer.ts';
import { openTo } from '../channels.ts';
import { addMessage, changeMessage, messageJson, stateOf } from '../messages.ts';
import { type Call, type Methods, words } from '../method.ts';
import { type FakeMessage, messageAt } from '../world.ts';

const scope = 'chat:write';

export const chat: Methods = {
  'chat.postMessage': {
    scope,
    answer({ world, team, args }) {
      const { id: channel } = openTo(team, words(args, 'channel'));
      const thread = words(args, 'thread_ts');
      const message = addMessage(
        world,
        team,
        { channel, ...(thread && { thread }) },
        stateOf(world, team, args),
      );
      return { channel, ts: message.ts, message: messageJson(message) };
    },
  },

  'chat.update': {
    scope,
    answer(call) {
      const message = ownMessage(call, 'cant_update_message');
      changeMessage(message, stateOf(call.world, call.team, call.args));
      return { channel: message.channel, ts: message.ts, text: message.state.text };
    },
  },

  'chat.delete': {
    scope,
    answer(call) {
      const message = ownMessage(call, 'cant_delete_message');
      message.deleted = true;
      return { channel: message.channel, ts: message.ts };
    },
  },

  'chat.postEphemeral': {
    scope,
    answer({ world, team, args }) {
      const { id: channel } = openTo(team, words(args, 'channel'));
      const alone = words(args, 'user');
      if (!team.users.has(alone)) refuse('user_not_in_channel');
      const thread = words(args, 'thread_ts');
      const where = { channel, alone, ...(thread && { thread }) };
      const message = addMessage(world, team, where, stateOf(world, team, args));
      return { message_ts: message.ts };
    },
  },
};

/** A message that the bot has posted and everyone sees. */
function ownMessage({ world, team, args }: Call, otherwise: string): FakeMessage {
  const channel = openTo(team, words(args, 'channel'));
  const message = messageAt(world, team.id, channel.id, args.ts);
  if (!message || message.alone !== undefined) return refuse('message_not_found');
  return message.user === team.botUser ? message : refuse(otherwise);
}
