import { PermissionFlagsBits as flags } from 'discord.js';
import { refuse, unknown } from '../answer.ts';
import { changeMessage, createMessage } from '../messages.ts';
import { messageJson } from '../payloads.ts';
import type { Route } from '../route.ts';
import { checkMessage, checkNewMessage } from '../rules/message.ts';
import { channelOf, type FakeChannel, type World } from '../world.ts';

/** Posts as the bot; the same nonce twice gives the message that is there already. */
export const post: Route = {
  method: 'POST',
  path: /^\/channels\/(\d+)\/messages$/,
  token: true,
  answer({ world, params: [channel], json, files }) {
    const where = visible(world, channel);
    may(where, where.thread ? flags.SendMessagesInThreads : flags.SendMessages);
    if (files.length > 0) may(where, flags.AttachFiles);
    checkNewMessage(json, files, world.attachmentLimit);
    const nonce = json.nonce === undefined ? undefined : String(json.nonce);
    if (nonce !== undefined && nonce.length > 25) refuse(400, 50035, 'nonce is too long');
    const earlier =
      json.enforce_nonce === true &&
      [...world.messages.values()].find((message) => message.channel === channel && message.nonce === nonce);
    const message =
      earlier || createMessage(world, { channel: where.id, ...(nonce && { nonce }) }, json, files);
    return { status: 200, body: messageJson(world, message) };
  },
};

export const edit: Route = {
  method: 'PATCH',
  path: /^\/channels\/(\d+)\/messages\/(\d+)$/,
  token: true,
  answer({ world, params: [channel, id], json, files }) {
    visible(world, channel);
    const message = world.messages.get(id ?? '');
    if (!message || message.deleted || message.alone || message.channel !== channel) return unknown.message();
    if (message.author !== world.bot.id) refuse(403, 50005, 'Cannot edit a message authored by another user');
    checkMessage(json, files, world.attachmentLimit);
    changeMessage(world, message, json, files);
    return { status: 200, body: messageJson(world, message) };
  },
};

function visible(world: World, id: string | undefined): FakeChannel {
  const channel = channelOf(world, id ?? '') ?? unknown.channel();
  if ((channel.botPermissions & flags.ViewChannel) === 0n) refuse(403, 50001, 'Missing Access');
  return channel;
}

function may({ botPermissions }: FakeChannel, flag: bigint): void {
  if ((botPermissions & flag) === 0n) refuse(403, 50013, 'Missing Permissions');
}
