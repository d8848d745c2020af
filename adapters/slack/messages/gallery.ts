import { setTimeout as pause } from 'node:timers/promises';
import { raise } from '../../../src/result.ts';
import type { Courier } from './courier.ts';
import type { SlackFile } from './messages.ts';
import { kindOf, unlessGone } from './refusal.ts';

/** Files that are shown in channels. */
export interface Gallery {
  /**
   * Shows them in one message, and resolves with their ids once Slack shows them. Raises 'invalid-file' where it takes them and
   * never does.
   */
  show(files: readonly SlackFile[], channel: string, thread?: string): Promise<readonly string[]>;
  /** Takes them away, with the messages that show them. */
  remove(ids: readonly string[]): Promise<void>;
}

/** Milliseconds between two looks at whether files are there. */
export const arrivalPatience: readonly number[] = [200, 400, 800, 1500, 3000, 5000, 8000];
const attempts = 2;

export function createGallery(courier: Courier, arrival: readonly number[], notShown: string): Gallery {
  async function isThere(id: string, channel: string): Promise<boolean> {
    for (const milliseconds of arrival) {
      if ((await courier.file(id)).shares.has(channel)) return true;
      await pause(milliseconds);
    }
    return (await courier.file(id)).shares.has(channel);
  }

  async function take(id: string): Promise<void> {
    const { shares } = await courier.file(id);
    for (const [channel, ts] of shares) await courier.remove({ channel, ts }).catch(unlessGone);
    await courier.removeFile(id).catch(unlessGone);
  }

  const remove = async (ids: readonly string[]) => {
    for (const id of ids) await take(id).catch(unlessGone);
  };

  return {
    remove,
    async show(files, channel, thread) {
      for (let attempt = 0; attempt < attempts; attempt++) {
        const ids = await Promise.all(files.map((file) => courier.upload(file)));
        const listed = ids.map((id, index) => ({ id, title: files[index]!.alt ?? files[index]!.name }));
        await courier.complete(listed, channel, thread).catch((error: unknown) => {
          if (kindOf(error) !== 'unreachable') throw error;
        });
        const there = await Promise.all(ids.map((id) => isThere(id, channel)));
        if (there.every(Boolean)) return ids;
        await remove(ids);
      }
      return raise('invalid-file', notShown);
    },
  };
}
