import { h } from './dom.ts';

/** Tells of work that ended out of sight, further up, and leads there. */
export interface Finished {
  /** Of a message whose work has just ended. */
  tell(message: HTMLElement): void;
  clear(): void;
}

/**
 * @param container what the messages scroll in
 * @param place where it is told; a live region, so that it is read out too
 */
export function createFinished(container: HTMLElement, place: HTMLElement): Finished {
  let waiting: HTMLElement[] = [];

  const isAbove = (message: HTMLElement) =>
    message.getBoundingClientRect().bottom < container.getBoundingClientRect().top + 60;

  function show(): void {
    const [first] = waiting;
    const more = waiting.length > 1 ? ` (${waiting.length})` : '';
    place.replaceChildren(
      ...(first
        ? [h('button', { type: 'button', click: () => lead(first) }, `Finished further up${more} ↑`)]
        : []),
    );
  }

  function lead(message: HTMLElement): void {
    message.scrollIntoView({ block: 'start' });
    message.tabIndex = -1;
    message.focus({ preventScroll: true });
  }

  container.addEventListener('scroll', () => {
    const unseen = waiting.filter((message) => message.isConnected && isAbove(message));
    if (unseen.length === waiting.length) return;
    waiting = unseen;
    show();
  });

  return {
    tell(message) {
      if (!isAbove(message)) return;
      waiting.push(message);
      show();
    },
    clear() {
      waiting = [];
      show();
    },
  };
}
