import type { MessageLog } from '../../model-store/store.ts';
import { mostMessages } from './page/most.ts';
import type { ChannelEvent, ChannelInfo, Message } from './wire.ts';

/** An event with its number where it is kept. */
export interface NumberedEvent {
  readonly sequence?: number;
  readonly event: ChannelEvent;
}

/** What the log keeps; see {@link ChannelEvent}. */
export type KeptEvent = Extract<ChannelEvent, { type: 'put' | 'remove' }>;

/** What a channel has in memory. */
export interface Channel {
  readonly info: ChannelInfo;
  readonly messages: Map<string, Message>;
  readonly recent: { readonly sequence: number; readonly event: KeptEvent }[];
  readonly progress: Map<string, { readonly event: ChannelEvent; readonly to: string | undefined }>;
  readonly watchers: Set<{ readonly user: string; readonly listener: (event: NumberedEvent) => void }>;
  sequence: number;
  /** Settles when what came before is written or has failed; never rejects. */
  writing: Promise<void>;
}

/** The message with its words alone. */
export function emptied(message: Message): Message {
  const { pictures: _, files: __, buttons: ___, concept: ____, ...rest } = message;
  return rest;
}

/** A channel as its log tells of it, with its messages in order of their times. */
export async function readChannel(log: MessageLog, info: ChannelInfo): Promise<Channel> {
  const channel = emptyChannel(info);
  for (const { sequence, event } of (await log.list(logName(info.id))) as Channel['recent']) {
    apply(channel, event);
    channel.sequence = sequence;
  }
  const inOrder = [...channel.messages.values()].sort((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)));
  channel.messages.clear();
  for (const message of inOrder) channel.messages.set(message.id, message);
  return channel;
}

/** A channel in which nothing was said. */
export function emptyChannel(info: ChannelInfo): Channel {
  return {
    info,
    messages: new Map(),
    recent: [],
    progress: new Map(),
    watchers: new Set(),
    sequence: 0,
    writing: Promise.resolve(),
  };
}

/** Returns the messages that are no longer as they were. */
export function apply({ messages, progress }: Channel, event: KeptEvent): readonly Message[] {
  const id = event.type === 'put' ? event.message.id : event.id;
  const changed = [messages.get(id)];
  progress.delete(id);
  if (event.type === 'remove') messages.delete(id);
  else messages.set(id, event.message);
  const oldest = messages.size > mostMessages ? messages.keys().next().value : undefined;
  if (oldest !== undefined) {
    changed.push(messages.get(oldest));
    messages.delete(oldest);
  }
  return changed.filter((message) => message !== undefined);
}

/** Addresses of what the message shows. */
export function urlsOf({
  pictures = [],
  files = [],
}: Pick<Message, 'pictures' | 'files'>): readonly string[] {
  return [...pictures, ...files].map(({ url }) => url);
}

/** Where the log has what was put into a channel and taken out of it. */
export function logName(id: string): string {
  return `web:${id}`;
}
