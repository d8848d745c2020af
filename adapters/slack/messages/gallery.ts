import { setTimeout as pause } from 'node:timers/promises';
import { raise } from '../../../src/result.ts';
import type { Courier, FileFacts } from './courier.ts';
import type { SlackFile } from './messages.ts';
import { kindOf, unlessGone } from './refusal.ts';

/** Files that Slack shows: in channels, or in the blocks of messages and homes. */
export interface Gallery {
  /**
   * Shows them in one message, and resolves with their ids once Slack shows them. Raises 'invalid-file' where it takes them and
   * never does.
   */
  show(
    files: readonly SlackFile[],
    channel: string,
    thread?: string,
    hooks?: ShowHooks,
  ): Promise<readonly string[]>;
  /**
   * Brings a picture that nobody sees as long as no block shows it, and resolves with its id once blocks may. Raises
   * 'invalid-file' where Slack takes it and never looks at it.
   */
  keep(picture: SlackFile): Promise<string>;
  /** Takes them away, with the messages that show them. */
  remove(ids: readonly string[]): Promise<void>;
}

/** For files that a crash may leave half shown. */
export interface ShowHooks {
  /** Ids of the same files that were brought before a restart: where Slack shows them, no others are brought. */
  readonly before?: readonly string[] | undefined;
  /** Hears the ids of files that are brought, before anybody sees them. */
  onBrought(ids: readonly string[]): Promise<void>;
}

/** Milliseconds between two looks at whether files are there. */
export const arrivalPatience: readonly number[] = [200, 400, 800, 1500, 3000, 5000, 8000];
const attempts = 2;

/**
 * Takes files away again that Slack does not show in the end, and raises 'invalid-file' with the sentence
 * `notShown`.
 * @param arrival milliseconds between two looks at whether it is there
 */
export function createGallery(courier: Courier, arrival: readonly number[], notShown: string): Gallery {
  async function becomes(id: string, there: (file: FileFacts) => boolean): Promise<boolean> {
    for (const milliseconds of arrival) {
      if (there(await courier.file(id))) return true;
      await pause(milliseconds);
    }
    return there(await courier.file(id));
  }

  async function areShown(ids: readonly string[], channel: string): Promise<boolean> {
    const there = await Promise.all(ids.map((id) => becomes(id, ({ shares }) => shares.has(channel))));
    return there.every(Boolean);
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
    async keep(picture) {
      const id = await courier.upload(picture);
      await courier.complete([{ id, title: titleOf(picture) }]);
      if (await becomes(id, ({ mimetype }) => mimetype !== '')) return id;
      await remove([id]);
      return raise('invalid-file', notShown);
    },
    async show(files, channel, thread, hooks) {
      const before = hooks?.before ?? [];
      if (before.length > 0) {
        if (await areShown(before, channel).catch(unlessGone)) return before;
        await remove(before);
      }
      for (let attempt = 0; attempt < attempts; attempt++) {
        const ids = await Promise.all(files.map((file) => courier.upload(file)));
        await hooks?.onBrought(ids);
        const listed = ids.map((id, index) => ({ id, title: titleOf(files[index]!) }));
        await courier.complete(listed, channel, thread).catch((error: unknown) => {
          if (kindOf(error) !== 'unreachable') throw error;
        });
        if (await areShown(ids, channel)) return ids;
        await remove(ids);
      }
      return raise('invalid-file', notShown);
    },
  };
}

function titleOf({ alt, name }: SlackFile): string {
  return alt ?? name;
}
