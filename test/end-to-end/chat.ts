import type { ChannelState, Message } from '../../adapters/web/wire.ts';
import { createVisitor, type Visitor } from '../adapters/web/visitor.ts';
import { picturesOf } from './house.ts';
import { type Program, runProgram } from './program.ts';

const cookie = 'v'.repeat(32);

/** The bot on the local chat, in a process of its own, and somebody who talks to it. */
export interface Chat {
  readonly bot: Program;
  readonly visitor: Visitor;
  /** Where the first channel is asked. */
  readonly channel: string;
  /** Sends a command, with pictures of that where it needs some. */
  send(line: string, shown?: string): Promise<unknown>;
  messages(): Promise<readonly Message[]>;
  /** What the bot has said. */
  answers(): Promise<readonly Message[]>;
}

export async function openChat(folder: string, variables: Readonly<Record<string, string>>): Promise<Chat> {
  const bot = runProgram('start.ts', [], { DATA_DIR: folder, PORT: '0', ...variables });
  const [, address = ''] = /chat is at (http:\S+)/.exec(await bot.says(/chat is at http:\S+/)) ?? [];
  const visitor = await createVisitor(address, cookie);
  const channel = `/api/channels/${visitor.state.channels[0]!.id}`;
  const messages = async () => ((await visitor.get(channel)) as ChannelState).messages;
  return {
    bot,
    visitor,
    channel,
    async send(line, shown) {
      const form = new FormData();
      form.set('line', line);
      for (const picture of shown === undefined ? [] : await picturesOf(shown))
        form.append('pictures', new Blob([new Uint8Array(await picture.bytes(1e6))]), picture.name);
      return visitor.post(`${channel}/messages`, form);
    },
    messages,
    answers: async () => (await messages()).filter(({ author }) => author === 'bot'),
  };
}
