import type { WireFile } from './wire.ts';
import type { FakeAttachment, FakeMessage, MessageState, World } from './world.ts';

type Body = Record<string, unknown>;

interface NamedAttachment {
  readonly id: string | number;
  readonly description?: string;
}

const nothing: MessageState = { content: '', attachments: [], components: [] };

/** A new message of the bot. */
export function createMessage(
  world: World,
  where: Pick<FakeMessage, 'channel'> & Partial<Pick<FakeMessage, 'interaction' | 'alone' | 'nonce'>>,
  body: Body,
  files: readonly WireFile[],
): FakeMessage {
  const message: FakeMessage = {
    ...where,
    id: world.newId(),
    author: world.bot.id,
    createdAt: world.clock.now(),
    notified: notifiedBy(body),
    loading: false,
    deleted: false,
    state: changed(world, nothing, body, files),
    earlier: [],
  };
  world.messages.set(message.id, message);
  return message;
}

/** Only what the body names changes; of the attachments, those stay that it lists, or all where it lists none. */
export function changeMessage(
  world: World,
  message: FakeMessage,
  body: Body,
  files: readonly WireFile[],
): void {
  if (!message.loading) message.earlier.push(message.state);
  message.loading = false;
  message.state = changed(world, message.state, body, files);
}

function changed(world: World, state: MessageState, body: Body, files: readonly WireFile[]): MessageState {
  const listed = body.attachments as readonly NamedAttachment[] | undefined;
  const kept = listed
    ? state.attachments.filter(({ id }) => listed.some((one) => String(one.id) === id))
    : state.attachments;
  const added = files.map((file) => attachmentOf(world, file, listed ?? []));
  return {
    content: (body.content as string | undefined) ?? state.content,
    components: (body.components as MessageState['components'] | undefined) ?? state.components,
    attachments: [...kept, ...added],
  };
}

function attachmentOf(
  world: World,
  { field, name, type, bytes }: WireFile,
  listed: readonly NamedAttachment[],
): FakeAttachment {
  const index = /\d+/.exec(field)?.[0];
  const description = listed.find(({ id }) => String(id) === index)?.description;
  const id = world.newId();
  const url = `http://127.0.0.1/attachments/${id}/${name}`;
  const about = description === undefined ? {} : { description };
  return { id, filename: name, size: bytes.length, url, content_type: type, bytes, ...about };
}

/** Who is notified of a message: those it mentions and its `allowed_mentions` lets through; without them, all. */
function notifiedBy(body: Body): readonly string[] {
  const content = (body.content as string | undefined) ?? '';
  const { parse = [], users = [] } = (body.allowed_mentions ?? { parse: ['users', 'everyone'] }) as {
    parse?: readonly string[];
    users?: readonly string[];
  };
  const mentioned = [...content.matchAll(/<@!?(\d+)>/g)].map((match) => match[1]!);
  const people = mentioned.filter((id) => parse.includes('users') || users.includes(id));
  return parse.includes('everyone') && /@(everyone|here)/.test(content) ? [...people, 'everyone'] : people;
}
