import { isSeenBy } from './channels.ts';
import type { Delivered, Delivery, Kind, Manner } from './delivery.ts';
import { addMessage } from './messages.ts';
import {
  commonPayload,
  type Doing,
  eventPayload,
  homeOf,
  placeOf,
  pressedButton,
  responseUrlOf,
  slashPayload,
  triggerOf,
  viewPayload,
} from './payloads.ts';
import { typeOf } from './rules/pictures.ts';
import { type Filled, stateOfView } from './submission.ts';
import type { FakeFile, FakeMessage, FakeTeam, FakeUser, FakeView } from './world.ts';

/** Something that a person did, and how the app took it. */
export interface Sent {
  readonly trigger: string;
  readonly sentAt: number;
  readonly delivered: Promise<Delivered>;
  /** What was sent, to be sent again. */
  again(manner?: Manner): Promise<Delivered>;
  /** The modal that was opened by it, so far. */
  view(): FakeView | undefined;
  /** How often it was answered at its `response_url`. */
  responses(): number;
}

type Payload = Readonly<Record<string, unknown>>;

/** A person on Slack, with its client in their hands: what it would not let them do throws. */
export interface SlackPerson {
  readonly team: FakeTeam;
  readonly user: FakeUser;
  /** Types a command and what follows it. */
  slash(channel: string, command: string, text?: string, manner?: SlashManner): Sent;
  press(message: FakeMessage, label: string): Sent;
  /** Chooses an entry of a message's menu. */
  shortcut(message: FakeMessage, callback: string): Sent;
  submit(view: FakeView, filled?: Partial<Filled>): Sent;
  /** Opens the app's home. */
  openHome(): Sent;
  /** Presses a button of the app's home, and confirms it where that is asked for. */
  pressHome(label: string): Sent;
  /** Uploads a file into nothing yet: a form or a message. */
  upload(bytes: Uint8Array, name?: string): FakeFile;
  say(channel: string, text: string, files?: readonly FakeFile[], thread?: string): FakeMessage;
  sees(message: FakeMessage): boolean;
}

export interface SlashManner extends Manner {
  /** Whether the text goes as it stands. By default the three signs are escaped, as Slack's clients do. */
  readonly raw?: boolean;
}

export function createPerson(doing: Doing, delivery: Delivery, wake: () => void): SlackPerson {
  const { world, team, user } = doing;

  function act(
    build: (trigger: string) => { readonly kind: Kind; readonly payload: Payload },
    manner?: Manner,
  ): Sent {
    const trigger = triggerOf(doing);
    const { kind, payload } = build(trigger);
    const again = (how?: Manner) => delivery.send(kind, payload, how);
    const delivered = again(manner);
    void delivered.then(wake);
    const url = String(payload.response_url ?? '')
      .split('/')
      .at(-1)!;
    return {
      trigger,
      sentAt: world.clock.now(),
      delivered,
      again,
      view: () => world.triggers.get(trigger)?.view,
      responses: () => world.responseUrls.get(url)?.uses ?? 0,
    };
  }

  const interact = (type: string, more: () => object) =>
    act((trigger) => ({
      kind: 'interactive',
      payload: { ...commonPayload(doing, type, trigger), ...more() },
    }));

  /** Slack offers what the manifest lists to workspaces that granted `commands`. */
  const offered = <T>(listed: readonly T[]): readonly T[] => (team.scopes.has('commands') ? listed : []);

  function toldText(text: string, escapes: boolean): string {
    if (!escapes) return text;
    return text.replace(/([#@])([\w-]+)/g, (typed, sign: string, name: string) => {
      const all = sign === '#' ? team.channels : team.users;
      const found = [...all.values()].find((one) => one.name === name);
      return found ? `<${sign}${found.id}|${name}>` : typed;
    });
  }

  return {
    team,
    user,
    slash(channel, command, text = '', { raw = false, ...manner } = {}) {
      const known = offered(world.manifest.features.slash_commands).find((one) => one.command === command);
      if (!known) throw new Error(`Slack knows no command ${command}`);
      const place = team.channels.get(channel)!;
      const sent = raw ? text : toldText(escaped(text), known.should_escape);
      return act((trigger) => {
        return { kind: 'slash_commands', payload: slashPayload(doing, place, command, sent, trigger) };
      }, manner);
    },

    press(message, label) {
      if (!isSeenBy(team, user.id, message)) throw new Error('That message is not there');
      const action = pressedButton(message.state.blocks, label);
      const { channel, message: json } = placeOf(doing, message);
      const personal = message.alone !== undefined;
      const { ts: message_ts, thread } = message;
      return interact('block_actions', () => ({
        channel,
        ...(!personal && { message: json }),
        container: {
          type: 'message',
          message_ts,
          channel_id: channel.id,
          is_ephemeral: personal,
          ...(thread !== undefined && { thread_ts: thread }),
        },
        response_url: responseUrlOf(doing, channel.id, message),
        actions: [{ ...action, action_ts: world.newTs() }],
      }));
    },

    shortcut(message, callback) {
      const known = offered(world.manifest.features.shortcuts).some(
        ({ callback_id }) => callback_id === callback,
      );
      if (!known) throw new Error(`There is no entry ${callback}`);
      const place = placeOf(doing, message);
      return interact('message_action', () => ({
        ...place,
        callback_id: callback,
        action_ts: world.newTs(),
        message_ts: message.ts,
        response_url: responseUrlOf(doing, message.channel, message),
      }));
    },

    submit(view, { values = {}, files = [], careless = false } = {}) {
      if (!view.open || view.user !== user.id) throw new Error('That form is not open');
      const state = stateOfView(doing, view.json.blocks, { values, files, careless });
      const sent = interact('view_submission', () => ({ view: viewPayload(view, state), response_urls: [] }));
      void sent.delivered.then(({ body }) => {
        view.open = typeof body === 'object' && body !== null && 'response_action' in body;
      });
      return sent;
    },

    openHome() {
      const channel = `D${user.id.slice(1)}`;
      const payload = eventPayload(doing, { type: 'app_home_opened', tab: 'home', channel });
      return act(() => ({ kind: 'events_api', payload }));
    },

    pressHome(label) {
      const view = homeOf(doing);
      if (!view) throw new Error('The home has not been published');
      const action = pressedButton(view.json.blocks, label);
      return interact('block_actions', () => ({
        container: { type: 'view', view_id: view.id },
        view: viewPayload(view, {}),
        actions: [{ ...action, action_ts: world.newTs() }],
      }));
    },

    upload(bytes, name = 'picture.png') {
      const id = world.newId('F');
      const file: FakeFile = {
        id,
        team: team.id,
        user: user.id,
        name,
        alt: '',
        length: bytes.length,
        mimetype: typeOf(name),
        title: name,
        bytes,
        completed: true,
        deleted: false,
        shares: new Map(),
        serving: 'whole',
      };
      world.files.set(id, file);
      return file;
    },

    say(channel, text, files = [], thread) {
      const where = { channel, user: user.id, files: files.map(({ id }) => id), ...(thread && { thread }) };
      const message = addMessage(world, team, where, { text, blocks: [] });
      for (const file of files) file.shares.set(channel, message.ts);
      return message;
    },

    sees: (message) => message.team === team.id && isSeenBy(team, user.id, message),
  };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
