import { randomBytes } from 'node:crypto';
import type { MessageLog } from '../../model-store/store.ts';
import { raise } from '../../src/result.ts';
import {
  apply,
  type Channel,
  emptied,
  emptyChannel,
  type KeptEvent,
  logName,
  type NumberedEvent,
  readChannel,
  urlsOf,
} from './history.ts';
import type { ChannelEvent, ChannelInfo, ChannelState, Message } from './wire.ts';

/** The channels of the local chat: their messages, kept, and those who watch them. */
export interface Channels {
  list(): readonly ChannelInfo[];
  find(id: string): ChannelInfo | undefined;
  /** Raises 'invalid-option' where the name is empty, long or taken, or there are too many channels. */
  add(name: string): Promise<ChannelInfo>;
  /**
   * Takes the channel and its messages away for good, from the log too. Raises 'invalid-option' where it is the only one. Those who watch it hear
   * that and nothing more; who asks for it raises 'not-found'.
   */
  removeChannel(id: string): Promise<void>;
  /** The channel as one person may see it. */
  state(id: string, user: string): ChannelState;
  message(id: string, message: string): Message | undefined;
  /** Takes pictures, files and buttons off the messages that show the concept, and off those that they answer. */
  strip(id: string, concept: string): Promise<void>;
  /** Deletes what the user wrote and what they were answered, but for one message, from the log too. */
  erase(id: string, user: string, except: string): Promise<void>;
  /** Addresses of all pictures and files that a message shows. */
  shown(): ReadonlySet<string>;
  /** Shows the message and keeps it; rejects where it is shown but could not be kept. */
  put(id: string, message: Message): Promise<void>;
  remove(id: string, message: string): Promise<void>;
  /**
   * Tells those who watch something that is not kept, or of them the user `to` alone; nobody where there is no such channel any more. The last progress of a message is told to those who
   * come later.
   */
  tell(id: string, event: ChannelEvent, to?: string): void;
  /** Calls `listener` for every event after `sequence`, those of the past first. Returns how to stop. */
  watch(id: string, user: string, sequence: number, listener: (event: NumberedEvent) => void): () => void;
}

const channelLog = 'web:channels';
const mostChannels = 50;
const mostRecent = 500;
const interrupted = 'I was stopped before this was done. Send the command again.';

/**
 * Reads what was kept. A new history has one channel. `onUnused` hears the addresses of pictures and files that no
 * message shows any more. Messages whose answer was still to come say that it does not, but for those in `awaited`.
 */
export async function openChannels(
  log: MessageLog,
  onUnused: (urls: readonly string[]) => void = () => {},
  awaited: ReadonlySet<string> = new Set(),
): Promise<Channels> {
  const channels = new Map<string, Channel>();
  const infos = (await log.list(channelLog)) as readonly ChannelInfo[];
  for (const info of infos) channels.set(info.id, await readChannel(log, info));

  function get(id: string): Channel {
    return channels.get(id) ?? raise('not-found', 'There is no such channel. Choose one from the list.');
  }

  function send(channel: Channel, numbered: NumberedEvent, to?: string): void {
    for (const { user, listener } of channel.watchers) {
      if (isTold(user, to) && maySee(numbered.event, user)) listener(numbered);
    }
  }

  function shown(): ReadonlySet<string> {
    return new Set([...channels.values()].flatMap(({ messages }) => [...messages.values()].flatMap(urlsOf)));
  }

  function letGo(urls: readonly string[]): void {
    if (urls.length === 0) return;
    const used = shown();
    const unused = urls.filter((url) => !used.has(url));
    if (unused.length > 0) onUnused(unused);
  }

  async function keep(channel: Channel, event: KeptEvent): Promise<void> {
    const sequence = ++channel.sequence;
    letGo(apply(channel, event).flatMap(urlsOf));
    channel.recent.push({ sequence, event });
    if (channel.recent.length > mostRecent) channel.recent.shift();
    send(channel, { sequence, event });
    const writing = channel.writing.then(() => log.append(logName(channel.info.id), { sequence, event }));
    channel.writing = writing.catch(() => {});
    await writing;
  }

  async function add(wanted: string): Promise<ChannelInfo> {
    const name = wanted.replace(/\s+/g, ' ').trim();
    if (name === '' || [...name].length > 40)
      raise('invalid-option', 'Give the channel a name of 1 to 40 characters.');
    const taken = [...channels.values()].some(({ info }) => info.name.toLowerCase() === name.toLowerCase());
    if (taken) raise('invalid-option', 'There is a channel of that name already. Choose another name.');
    if (channels.size >= mostChannels)
      raise('invalid-option', `There are ${mostChannels} channels, and no room for more.`);
    const info = { id: randomBytes(6).toString('hex'), name };
    channels.set(info.id, emptyChannel(info));
    try {
      await log.append(channelLog, info);
    } catch (error) {
      channels.delete(info.id);
      throw error;
    }
    return info;
  }

  /** As events, so that a page which was open all the while hears of them too. */
  async function endInterrupted(channel: Channel): Promise<void> {
    for (const { state, ...message } of [...channel.messages.values()]) {
      if (state !== 'working' || awaited.has(message.id)) continue;
      await keep(channel, { type: 'put', message: { ...message, text: [interrupted] } }).catch(() => {});
    }
  }

  for (const channel of channels.values()) await endInterrupted(channel);
  if (channels.size === 0) await add('sketchbook');

  return {
    list: () => [...channels.values()].map(({ info }) => info),
    find: (id) => channels.get(id)?.info,
    add,
    async removeChannel(id) {
      const channel = get(id);
      if (channels.size === 1) raise('invalid-option', 'The last channel stays. Add another one first.');
      await log.drop(channelLog, (entry) => (entry as ChannelInfo).id === id);
      channels.delete(id);
      send(channel, { event: { type: 'removed' } });
      channel.watchers.clear();
      letGo([...channel.messages.values()].flatMap(urlsOf));
      await channel.writing;
      await log.drop(logName(id), () => true);
    },
    state(id, user) {
      const { messages, sequence } = get(id);
      return { sequence, messages: [...messages.values()].filter((message) => isFor(message, user)) };
    },
    message: (id, message) => get(id).messages.get(message),
    async strip(id, concept) {
      const messages = [...get(id).messages.values()];
      const showing = messages.filter((message) => message.concept === concept);
      const asking = new Set(showing.map(({ answers }) => answers));
      for (const message of messages) {
        if (message.concept !== concept && !asking.has(message.id)) continue;
        await keep(get(id), { type: 'put', message: emptied(message) });
      }
    },
    async erase(id, user, except) {
      const channel = get(id);
      const theirs = ({ event }: Pick<NumberedEvent, 'event'>) =>
        event.type === 'put' && event.message.user === user && event.message.id !== except;
      for (const message of [...channel.messages.values()]) {
        const event = { type: 'put', message } as const;
        if (theirs({ event })) await keep(channel, { type: 'remove', id: message.id });
      }
      const { recent } = channel;
      for (const [index, { sequence, event }] of recent.entries()) {
        if (event.type === 'put' && theirs({ event }))
          recent[index] = { sequence, event: { type: 'remove', id: event.message.id } };
      }
      await log.drop(logName(id), (entry) => theirs(entry as NumberedEvent));
    },
    shown,
    put: async (id, message) => keep(get(id), { type: 'put', message }),
    remove: async (id, message) => keep(get(id), { type: 'remove', id: message }),
    tell(id, event, to) {
      const channel = channels.get(id);
      if (!channel) return;
      if (event.type === 'progress') channel.progress.set(event.id, { event, to });
      send(channel, { event }, to);
    },
    watch(id, user, sequence, listener) {
      const channel = get(id);
      const oldest = channel.sequence - channel.recent.length;
      if (sequence < oldest || sequence > channel.sequence) listener({ event: { type: 'reset' } });
      for (const numbered of channel.recent) {
        if (numbered.sequence > sequence && maySee(numbered.event, user)) listener(numbered);
      }
      for (const { event, to } of channel.progress.values()) if (isTold(user, to)) listener({ event });
      const watcher = { user, listener };
      channel.watchers.add(watcher);
      return () => void channel.watchers.delete(watcher);
    },
  };
}

function maySee(event: ChannelEvent, user: string): boolean {
  if (event.type === 'put') return isFor(event.message, user);
  return event.type !== 'draft' || event.user === user;
}

function isTold(user: string, to: string | undefined): boolean {
  return to === undefined || to === user;
}

function isFor(message: Message, user: string): boolean {
  return message.personal !== true || message.user === user;
}
