import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { Channels } from './channels.ts';
import type { NumberedEvent } from './history.ts';

const heartbeat = 20_000;
/** Events a slow reader may fall behind before it has to come again. */
const mostBehind = 1000;

/** The events of a channel after `sequence` as server-sent events; those that are kept carry their number as id. */
export function streamEvents(
  c: Context,
  channels: Channels,
  channel: string,
  user: string,
  sequence: number,
): Response {
  return streamSSE(c, async (stream) => {
    let behind = 0;
    let writing = Promise.resolve();
    const write = (action: () => Promise<unknown>) => {
      if (++behind > mostBehind) return stream.abort();
      writing = writing.then(action).then(
        () => void behind--,
        () => stream.abort(),
      );
    };
    const send = ({ sequence: id, event }: NumberedEvent) =>
      write(() =>
        stream.writeSSE({ data: JSON.stringify(event), ...(id === undefined ? {} : { id: String(id) }) }),
      );

    write(() => stream.write(': connected\n\n'));
    const stop = channels.watch(channel, user, sequence, send);
    const timer = setInterval(() => write(() => stream.write(':\n\n')), heartbeat);
    await new Promise<void>((resolve) => stream.onAbort(resolve));
    clearInterval(timer);
    stop();
  });
}
