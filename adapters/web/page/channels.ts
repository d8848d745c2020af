import type { ChannelInfo } from '../wire.ts';
import type { Api } from './api.ts';
import { byId, h } from './dom.ts';

export interface ChannelList {
  select(id: string): void;
  /** Takes a channel off the list. Returns the first of those that are left. */
  remove(id: string): ChannelInfo | undefined;
}

/**
 * The channels as a list, which `open` hears of when one is chosen; for administrators with a form to add one and a button to remove the open one, of which
 * `gone` hears.
 */
export function createChannelList(
  { state, addChannel, removeChannel }: Pick<Api, 'state' | 'addChannel' | 'removeChannel'>,
  open: (channel: ChannelInfo) => void,
  gone: (channel: ChannelInfo) => void,
): ChannelList {
  const entries = new Map<string, { readonly channel: ChannelInfo; readonly button: HTMLElement }>();
  const list = byId('channel-list');
  const form = byId('add-channel') as HTMLFormElement;
  const name = byId('new-channel') as HTMLInputElement;
  const remove = byId('remove-channel');
  const problem = byId('channel-problem');
  let selected = '';

  function append(channel: ChannelInfo): void {
    const button = h('button', { type: 'button', click: () => open(channel) }, channel.name);
    entries.set(channel.id, { channel, button });
    list.append(h('li', {}, button));
  }

  async function tried(act: () => Promise<void>): Promise<void> {
    problem.textContent = '';
    await act().catch((error: Error) => {
      problem.textContent = error.message;
    });
  }

  form.hidden = remove.hidden = state.user.role !== 'administrator';
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    await tried(async () => {
      const channel = await addChannel(name.value).catch((error: Error) => {
        name.focus();
        throw error;
      });
      name.value = '';
      append(channel);
      open(channel);
    });
  });
  remove.addEventListener('click', async () => {
    const entry = entries.get(selected);
    if (!entry || !confirm(`Remove ${entry.channel.name}, with its messages and what it has learned?`))
      return;
    await tried(async () => {
      await removeChannel(entry.channel.id);
      gone(entry.channel);
    });
  });
  for (const channel of state.channels) append(channel);

  return {
    select(id) {
      selected = id;
      for (const [one, { button }] of entries) button.setAttribute('aria-current', String(one === id));
    },
    remove(id) {
      entries.get(id)?.button.parentElement?.remove();
      entries.delete(id);
      const [first] = entries.values();
      return first?.channel;
    },
  };
}
