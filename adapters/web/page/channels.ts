import type { ChannelInfo } from '../wire.ts';
import { byId, h } from './dom.ts';

export interface ChannelList {
  select(id: string): void;
}

/** The channels as a list with a form to add one. `add` rejects with a sentence. */
export function createChannelList(
  channels: readonly ChannelInfo[],
  open: (channel: ChannelInfo) => void,
  add: (name: string) => Promise<ChannelInfo>,
): ChannelList {
  const buttons = new Map<string, HTMLElement>();
  const list = byId('channel-list');
  const form = byId('add-channel') as HTMLFormElement;
  const name = byId('new-channel') as HTMLInputElement;
  const problem = byId('channel-problem');

  function append(channel: ChannelInfo): void {
    const button = h('button', { type: 'button', click: () => open(channel) }, channel.name);
    buttons.set(channel.id, button);
    list.append(h('li', {}, button));
  }

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    problem.textContent = '';
    try {
      const channel = await add(name.value);
      name.value = '';
      append(channel);
      open(channel);
    } catch (error) {
      problem.textContent = (error as Error).message;
      name.focus();
    }
  });
  for (const channel of channels) append(channel);

  return {
    select(id) {
      for (const [one, button] of buttons) button.setAttribute('aria-current', String(one === id));
    },
  };
}
