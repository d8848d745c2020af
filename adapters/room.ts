import { mostPictures } from '../src/pictures/intake.ts';
import { archiveLimits } from '../src/studio/limits.ts';

/** Room in memory for what people upload, from its first byte until the job that uses it has ended. */
export interface Room {
  /**
   * Starts what needs so many bytes, and holds them until it has ended or failed to start. Resolves when it has
   * started: false where there is no room.
   */
  lend(bytes: number, start: () => Promise<{ readonly ended: Promise<void> }>): Promise<boolean>;
}

export function createRoom(mostBytes: number): Room {
  let lent = 0;
  return {
    async lend(bytes, start) {
      if (lent + bytes > mostBytes) return false;
      lent += bytes;
      const giveBack = () => {
        lent -= bytes;
      };
      try {
        const { ended } = await start();
        void ended.finally(giveBack);
      } catch (error) {
        giveBack();
        throw error;
      }
      return true;
    },
  };
}

/** Does what needs so many bytes, and holds them until it is done; `crowded` in its place where there is no room for them. */
export async function inRoom(
  room: Room,
  bytes: number,
  work: () => Promise<void>,
  crowded: () => Promise<void>,
): Promise<void> {
  let ended = Promise.resolve();
  const lent = await room.lend(bytes, async () => {
    ended = work();
    return { ended };
  });
  await (lent ? ended : crowded());
}

/** So many largest requests may be in memory at a time; more of smaller ones. */
const mostRequests = 8;

/** Room for what comes with commands, where a picture has at most so many bytes. */
export function uploadRoom(largestPicture: number): Room {
  return createRoom(Math.max(mostRequests * mostPictures * largestPicture, archiveLimits.attachmentBytes));
}
