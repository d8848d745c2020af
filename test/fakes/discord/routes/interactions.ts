import { refuse, unknown } from '../answer.ts';
import { changeMessage, createMessage } from '../messages.ts';
import type { Route } from '../route.ts';
import { checkCallback } from '../rules/callback.ts';
import type { FakeInteraction, World } from '../world.ts';

/** How long Discord waits for the first answer, in milliseconds. */
const patience = 3000;
const ephemeral = 64;

export const callback: Route = {
  method: 'POST',
  path: /^\/interactions\/(\d+)\/([^/]+)\/callback$/,
  token: false,
  answer({ world, params: [id, token], json, files }) {
    const interaction = world.interactions.get(id ?? '');
    if (!interaction || interaction.token !== token) return unknown.interaction();
    if (interaction.acknowledged !== undefined) {
      refuse(400, 40060, 'Interaction has already been acknowledged.');
    }
    if (world.clock.now() - interaction.createdAt > patience) unknown.interaction();
    const { type, data = {} } = json as { type: number; data?: Record<string, unknown> };
    checkCallback(interaction, type, data, world.attachmentLimit);
    acknowledge(world, interaction, type, data, files);
    return { status: 204 };
  },
};

function acknowledge(
  world: World,
  interaction: FakeInteraction,
  type: number,
  data: Record<string, unknown>,
  files: Parameters<typeof createMessage>[3],
): void {
  interaction.acknowledged = type;
  interaction.acknowledgedAt = world.clock.now();
  if (type === 4 || type === 5) {
    const alone = Number(data.flags ?? 0) & ephemeral ? { alone: interaction.user } : {};
    const where = { channel: interaction.channel, interaction: interaction.id, ...alone };
    const message = createMessage(world, where, type === 5 ? {} : data, files);
    message.loading = type === 5;
    interaction.original = message.id;
  } else if (interaction.pressed !== undefined) interaction.original = interaction.pressed;
  const pressed = world.messages.get(interaction.pressed ?? '');
  if (type === 7 && pressed) changeMessage(world, pressed, data, files);
  if (type === 8 || type === 9) interaction.data = data;
}
