import { refuse, unknown } from '../answer.ts';
import { changeMessage, createMessage } from '../messages.ts';
import { messageJson } from '../payloads.ts';
import type { Route } from '../route.ts';
import { checkMessage, checkNewMessage } from '../rules/message.ts';
import type { FakeInteraction, FakeMessage, World } from '../world.ts';

/** How long the token of an interaction is good, in milliseconds. */
const tokenLife = 15 * 60_000;
const ephemeral = 64;
const messagePath = /^\/webhooks\/(\d+)\/([^/]+)\/messages\/(@original|\d+)$/;

/** Adds an answer to an interaction. */
export const follow: Route = {
  method: 'POST',
  path: /^\/webhooks\/(\d+)\/([^/]+)$/,
  token: false,
  answer({ world, params: [, token], json, files }) {
    const interaction = interactionOf(world, token);
    checkNewMessage(json, files, world.attachmentLimit);
    const alone = Number(json.flags ?? 0) & ephemeral ? { alone: interaction.user } : {};
    const where = { channel: interaction.channel, interaction: interaction.id, ...alone };
    return { status: 200, body: messageJson(world, createMessage(world, where, json, files)) };
  },
};

export const editAnswer: Route = {
  method: 'PATCH',
  path: messagePath,
  token: false,
  answer({ world, params: [, token, place], json, files }) {
    const message = messageOf(world, interactionOf(world, token), place);
    checkMessage(json, files, world.attachmentLimit);
    changeMessage(world, message, json, files);
    return { status: 200, body: messageJson(world, message) };
  },
};

export const removeAnswer: Route = {
  method: 'DELETE',
  path: messagePath,
  token: false,
  answer({ world, params: [, token, place] }) {
    messageOf(world, interactionOf(world, token), place).deleted = true;
    return { status: 204 };
  },
};

function interactionOf(world: World, token: string | undefined): FakeInteraction {
  const found = [...world.interactions.values()].find((one) => one.token === token);
  if (found?.acknowledged === undefined) return unknown.webhook();
  const age = world.clock.now() - found.createdAt;
  return age > tokenLife ? refuse(401, 50027, 'Invalid Webhook Token') : found;
}

function messageOf(world: World, interaction: FakeInteraction, place = ''): FakeMessage {
  const message = world.messages.get(place === '@original' ? (interaction.original ?? '') : place);
  const own = message?.interaction === interaction.id || message?.id === interaction.pressed;
  return message && own && !message.deleted ? message : unknown.message();
}
