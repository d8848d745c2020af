import { refuse } from './answer.ts';
import { checkBlocks } from './rules/blocks.ts';
import { canBeShown } from './rules/pictures.ts';
import type { Arguments } from './wire.ts';
import type { Block, FakeMessage, FakeTeam, MessageState, World } from './world.ts';

type Where = Pick<FakeMessage, 'channel'> & Partial<Pick<FakeMessage, 'thread' | 'alone' | 'files' | 'user'>>;

/** What is posted for the bot of a workspace, refused as Slack refuses it. */
export function stateOf(world: World, team: FakeTeam, args: Arguments): MessageState {
  const text = typeof args.text === 'string' ? args.text : '';
  const blocks = (args.blocks ?? []) as readonly Block[];
  if (text === '' && blocks.length === 0) refuse('no_text');
  if (text.length > 4000) refuse('msg_too_long');
  checkBlocks(blocks, 'message', (id) => canBeShown(world, team, id));
  return { text, blocks };
}

/** A new message, of the bot unless somebody else is named. */
export function addMessage(world: World, team: FakeTeam, where: Where, state: MessageState): FakeMessage {
  const message: FakeMessage = {
    team: team.id,
    ts: world.newTs(),
    user: team.botUser,
    files: [],
    ...where,
    deleted: false,
    state,
    earlier: [],
  };
  world.messages.push(message);
  return message;
}

export function changeMessage(message: FakeMessage, state: MessageState): void {
  message.earlier.push(message.state);
  message.state = state;
}

/** A message as the API and payloads tell of it. */
export function messageJson(
  { user, ts, thread, state, files }: FakeMessage,
  filesJson: readonly object[] = [],
) {
  return {
    type: 'message',
    user,
    ts,
    text: state.text,
    blocks: state.blocks,
    ...(thread !== undefined && { thread_ts: thread }),
    ...(files.length > 0 && { files: filesJson }),
  };
}
