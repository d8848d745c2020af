import type { Message, MessageProgress } from '../wire.ts';
import { h } from './dom.ts';
import type { Finished } from './finished.ts';
import { type MessageActions, renderMessage } from './message.ts';
import { mostMessages } from './most.ts';
import { createProgressCard, type ProgressCard } from './progress.ts';

export interface Stream {
  show(messages: readonly Message[]): void;
  put(message: Message): void;
  remove(id: string): void;
  progress(id: string, progress: MessageProgress): void;
}

/**
 * The messages of a channel, oldest first and as many as it has, keeping to the end unless one has scrolled up. `empty` stands in for none, and
 * `finished` is told when the work on a message ends.
 */
export function createStream(
  container: HTMLElement,
  empty: HTMLElement,
  finished: Finished,
  actions: MessageActions,
): Stream {
  const list = h('div', {});
  const elements = new Map<string, HTMLElement>();
  const cards = new Map<string, ProgressCard>();
  let atEnd = true;
  let top = 0;

  container.tabIndex = 0;
  container.append(empty, list);
  container.addEventListener('scroll', () => {
    const near = container.scrollHeight - container.scrollTop - container.clientHeight < 80;
    if (near) atEnd = true;
    else if (container.scrollTop < top) atEnd = false;
    top = container.scrollTop;
  });
  new ResizeObserver(keepToEnd).observe(list);
  new ResizeObserver(keepToEnd).observe(container);

  function keepToEnd(): void {
    if (atEnd && elements.size > 0) container.scrollTop = container.scrollHeight;
  }

  function elementOf(message: Message): HTMLElement {
    cards.delete(message.id);
    if (message.state !== 'working') return renderMessage(message, actions);
    const card = createProgressCard((button) => actions.press(message.id, button));
    cards.set(message.id, card);
    return renderMessage(message, actions, card.element);
  }

  function put(message: Message): void {
    const ends = cards.has(message.id) && message.state !== 'working';
    const next = elementOf(message);
    const old = elements.get(message.id);
    elements.set(message.id, next);
    if (old) {
      const focused = old.contains(document.activeElement);
      old.replaceWith(next);
      if (focused) (next.querySelector<HTMLElement>('button, a') ?? container).focus();
    } else {
      list.append(next);
      if (message.author === 'person' && message.user === actions.user) atEnd = true;
      const [oldest] = elements.keys();
      if (oldest !== undefined && elements.size > mostMessages) drop(oldest);
    }
    settle();
    if (ends) finished.tell(next);
  }

  function drop(id: string): void {
    const old = elements.get(id);
    if (old?.contains(document.activeElement)) container.focus();
    old?.remove();
    elements.delete(id);
    cards.delete(id);
  }

  function settle(): void {
    empty.hidden = elements.size > 0;
    keepToEnd();
  }

  return {
    put,
    show(messages) {
      elements.clear();
      cards.clear();
      finished.clear();
      list.replaceChildren();
      container.scrollTop = 0;
      atEnd = true;
      for (const message of messages) put(message);
      settle();
    },
    remove(id) {
      drop(id);
      settle();
    },
    progress: (id, progress) => cards.get(id)?.update(progress),
  };
}
