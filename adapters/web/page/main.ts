import type { ChannelEvent, ChannelInfo } from '../wire.ts';
import { connectApi } from './api.ts';
import { createChannelList } from './channels.ts';
import { createComposer } from './composer.ts';
import { createConceptList } from './concepts.ts';
import { byId } from './dom.ts';
import { hear } from './events.ts';
import { createFinished } from './finished.ts';
import { createLightbox } from './lightbox.ts';
import { setUpPanels } from './panels.ts';
import { createStream } from './stream.ts';
import { createWelcome } from './welcome.ts';

const connection = byId('connection');
/** In milliseconds. */
const retryPause = 2000;

async function start(): Promise<void> {
  const api = await connectApi();
  const { user, channels, examples, largestPicture } = api.state;
  const closePanels = setUpPanels();
  const lightbox = createLightbox();
  let current = channels.find(({ id }) => id === location.hash.slice(1)) ?? channels[0]!;
  let notice = '';
  let stop = () => {};

  const composer = createComposer(byId('composer'), {
    largestPicture,
    send: (line, pictures) => api.say(current.id, line, pictures),
    complete: (line, caret, signal) => api.complete(current.id, line, caret, signal),
  });
  const welcome = createWelcome(examples, (line, pictures) => composer.draft(line, pictures));
  const finished = createFinished(byId('stream'), byId('finished'));
  const stream = createStream(byId('stream'), welcome, finished, {
    user: user.id,
    press: (message, button) => void api.press(current.id, message, button).catch(say),
    takeUp: (line) => composer.draft(line),
    openPictures: lightbox.open,
  });
  const concepts = createConceptList(byId('concept-list'), (words) => {
    closePanels();
    composer.insert(words, '/imagine ');
  });
  const list = createChannelList(api, open, gone);

  async function showConcepts(): Promise<void> {
    const { id } = current;
    const found = await api.concepts(id).catch(() => undefined);
    if (found && id === current.id) concepts.show(found);
  }

  function handle(event: ChannelEvent): void {
    if (event.type === 'put') stream.put(event.message);
    if (event.type === 'remove') stream.remove(event.id);
    if (event.type === 'progress') stream.progress(event.id, event.progress);
    if (event.type === 'draft') composer.draft(event.line);
    if (event.type === 'concepts') void showConcepts();
    if (event.type === 'reset') open(current);
    if (event.type === 'removed') gone(current);
  }

  function open(channel: ChannelInfo): void {
    stop();
    notice = '';
    current = channel;
    history.replaceState(null, '', `#${channel.id}`);
    byId('channel-name').textContent = channel.name;
    document.title = `${channel.name} · Keepsake`;
    list.select(channel.id);
    closePanels();
    void load(channel);
  }

  /** Takes a channel that was removed off the list, and goes on in another where it was open. */
  function gone(channel: ChannelInfo): void {
    const next = list.remove(channel.id);
    if (channel.id !== current.id) return;
    if (next) {
      open(next);
      notice = `${channel.name} was removed. This is ${next.name}.`;
    } else location.reload();
  }

  async function leaveIfGone(channel: ChannelInfo): Promise<void> {
    if (await api.isGone(channel.id)) gone(channel);
  }

  async function load(channel: ChannelInfo): Promise<void> {
    const state = await api.channel(channel.id).catch(say);
    if (channel.id !== current.id) return;
    stream.show(state?.messages ?? []);
    stop();
    if (!state) {
      void leaveIfGone(channel);
      const again = setTimeout(() => void load(channel), retryPause);
      stop = () => clearTimeout(again);
      return;
    }
    const follow = (connected: boolean) => {
      connection.textContent = connected ? notice : 'Connection lost; trying again…';
      if (connected) void showConcepts();
    };
    stop = hear(channel.id, state.sequence, handle, follow, () => void leaveIfGone(channel));
    if (!matchMedia('(pointer: coarse)').matches) composer.focus();
  }

  open(current);
}

function say(error: unknown): undefined {
  connection.textContent = (error as Error).message;
}

start().catch(say);
