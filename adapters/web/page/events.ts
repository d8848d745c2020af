import type { ChannelEvent } from '../wire.ts';

const longestPause = 15_000;

/**
 * Hears a channel's events after `sequence` until stopped, coming back by itself whenever the line breaks. A page that
 * nobody sees lets go of its line: a browser has only six for one address, and a seventh tab would wait for ever.
 * `onRefused` is told where something answers, but not with events.
 */
export function hear(
  channel: string,
  sequence: number,
  onEvent: (event: ChannelEvent) => void,
  onConnection: (connected: boolean) => void,
  onRefused: () => void,
): () => void {
  let last = sequence;
  let pause = 500;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let source: EventSource | undefined;

  function open(): void {
    const events = new EventSource(`/api/channels/${channel}/events?after=${last}`);
    events.onopen = () => {
      pause = 500;
      onConnection(true);
    };
    events.onmessage = ({ data, lastEventId }) => {
      if (lastEventId !== '') last = Math.max(last, Number(lastEventId));
      onEvent(JSON.parse(data) as ChannelEvent);
    };
    events.onerror = () => {
      const refused = events.readyState === EventSource.CLOSED;
      events.close();
      onConnection(false);
      timer = setTimeout(open, pause);
      pause = Math.min(pause * 2, longestPause);
      if (refused) onRefused();
    };
    source = events;
  }

  function close(): void {
    clearTimeout(timer);
    source?.close();
  }

  const follow = () => {
    close();
    if (!document.hidden) open();
  };
  document.addEventListener('visibilitychange', follow);
  follow();

  return () => {
    document.removeEventListener('visibilitychange', follow);
    close();
  };
}
