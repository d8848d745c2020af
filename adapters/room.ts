import type { Attachment } from '../commands/command.ts';
import { mostPictures } from '../src/pictures/intake.ts';
import { archiveLimits, mostImportFiles } from '../src/studio/limits.ts';

/** Room in memory for what people upload, from its first byte until nobody needs the bytes any more. */
export interface Room {
  /**
   * Starts what needs so many bytes, and holds them until it gives them back, has ended or failed to start. Resolves when it has
   * started: false where there is no room, or where its server would have more than its share.
   * @param start told how to give the bytes back early; a second time does nothing
   */
  lend(
    server: string,
    bytes: number,
    start: (giveBack: () => void) => Promise<{ readonly ended: Promise<void> }>,
  ): Promise<boolean>;
}

/** Of the room, what one server may have. */
const serverShare = 1 / 2;

/** Room for so many bytes, of which one server may have half. */
export function createRoom(mostBytes: number): Room {
  const lent = new Map<string, number>();
  const change = (server: string, bytes: number) => {
    const now = (lent.get(server) ?? 0) + bytes;
    if (now > 0) lent.set(server, now);
    else lent.delete(server);
  };
  return {
    async lend(server, bytes, start) {
      const all = [...lent.values()].reduce((sum, one) => sum + one, bytes);
      const own = (lent.get(server) ?? 0) + bytes;
      if (bytes > 0 && (all > mostBytes || own > mostBytes * serverShare)) return false;
      change(server, bytes);
      const giveBack = once(() => change(server, -bytes));
      try {
        const { ended } = await start(giveBack);
        void ended.finally(giveBack);
      } catch (error) {
        giveBack();
        throw error;
      }
      return true;
    },
  };
}

/** Something that needs room, and whose it is. */
export interface Guest {
  readonly server: string;
  readonly bytes: number;
}

/** Does what needs room, and holds that until it is given back or all is done; `crowded` in its place where there is none. */
export async function inRoom(
  room: Room,
  { server, bytes }: Guest,
  work: (giveBack: () => void) => Promise<void>,
  crowded: () => Promise<void>,
): Promise<void> {
  let ended = Promise.resolve();
  const lent = await room.lend(server, bytes, async (giveBack) => {
    ended = work(giveBack);
    return { ended };
  });
  await (lent ? ended : crowded());
}

/** Makes attachments, of so many, ones that have what was lent for all of them given back when the last is let go of. */
export function sharingRoom(count: number, giveBack: () => void): (attachment: Attachment) => Attachment {
  let held = count;
  return (attachment) => {
    const leave = once(() => {
      held--;
      if (held === 0) giveBack();
    });
    return {
      ...attachment,
      release() {
        attachment.release?.();
        leave();
      },
    };
  };
}

/** So many largest requests may be in memory at a time; more of smaller ones. */
const mostRequests = 8;

/** Room for what comes with commands, where a picture has at most so many bytes: a server's share has the largest request in any case. */
export function uploadRoom(largestPicture: number): Room {
  const largestImport = mostImportFiles * archiveLimits.attachmentBytes;
  return createRoom(Math.max(mostRequests * mostPictures * largestPicture, largestImport / serverShare));
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    act();
  };
}
