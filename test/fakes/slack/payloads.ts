import { fileJson } from './files.ts';
import { messageJson } from './messages.ts';
import {
  type Block,
  type FakeChannel,
  type FakeMessage,
  type FakeTeam,
  type FakeUser,
  type FakeView,
  userKey,
  type World,
} from './world.ts';

/** Who does something, and where. */
export interface Doing {
  readonly world: World;
  readonly address: string;
  readonly team: FakeTeam;
  readonly user: FakeUser;
}

/** A trigger, good for 3 s, and an address to answer at. */
export function triggerOf({ world, team, user }: Doing): string {
  const id = `${world.newId('T')}.${team.id}`;
  world.triggers.set(id, { team: team.id, user: user.id, at: world.clock.now(), used: false });
  return id;
}

export function responseUrlOf(
  { world, address, team, user }: Doing,
  channel: string,
  message?: FakeMessage,
): string {
  const id = world.newId('R');
  const at = world.clock.now();
  world.responseUrls.set(id, {
    team: team.id,
    channel,
    user: user.id,
    at,
    uses: 0,
    ...(message && { message }),
  });
  return `${address}/respond/${id}`;
}

export function slashPayload(
  doing: Doing,
  channel: FakeChannel,
  command: string,
  text: string,
  trigger_id: string,
) {
  const { world, team, user } = doing;
  return {
    token: 'legacy',
    team_id: team.id,
    team_domain: team.domain,
    channel_id: channel.id,
    channel_name: channel.kind === 'private' ? 'privategroup' : channel.name,
    user_id: user.id,
    user_name: user.name,
    command,
    text,
    api_app_id: world.appId,
    is_enterprise_install: 'false',
    response_url: responseUrlOf(doing, channel.id),
    trigger_id,
  };
}

/** What every interaction has. */
export function commonPayload({ world, team, user }: Doing, type: string, trigger_id: string) {
  return {
    type,
    token: 'legacy',
    team: { id: team.id, domain: team.domain },
    user: { id: user.id, username: user.name, name: user.name, team_id: team.id },
    api_app_id: world.appId,
    enterprise: null,
    is_enterprise_install: false,
    trigger_id,
  };
}

export function placeOf({ world, address, team }: Doing, message: FakeMessage) {
  const { id, name } = team.channels.get(message.channel)!;
  const files = message.files.map((file) => fileJson({ world, address }, world.files.get(file)!));
  return { channel: { id, name }, message: messageJson(message, files) };
}

/** An element of blocks that can be pressed, as the payload tells of it. */
export function pressedButton(blocks: readonly Block[], label: string) {
  for (const block of blocks) {
    const elements = (block.elements ?? (block.accessory ? [block.accessory] : [])) as readonly Button[];
    const found = elements.find((one) => one.type === 'button' && one.text.text === label);
    if (found) return { ...found, block_id: block.block_id ?? 'made-up' };
  }
  throw new Error(`There is no button ${label}`);
}

export interface Button {
  readonly type: string;
  readonly text: { readonly text: string };
  readonly value?: string;
  readonly action_id: string;
  readonly confirm?: object;
}

export function viewPayload(view: FakeView, values: object) {
  const { id, team, json } = view;
  return { ...json, id, team_id: team, app_installed_team_id: team, hash: '1.a', state: { values } };
}

export function eventPayload({ world, team, user }: Doing, event: Readonly<Record<string, unknown>>) {
  return {
    token: 'legacy',
    type: 'event_callback',
    team_id: team.id,
    api_app_id: world.appId,
    event_id: world.newId('Ev'),
    event_time: Math.floor(world.clock.now() / 1000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: team.id,
        user_id: team.botUser,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    event: { user: user.id, event_ts: world.newTs(), ...event },
  };
}

export function homeOf({ world, team, user }: Doing): FakeView | undefined {
  return world.homes.get(userKey(team.id, user.id));
}
