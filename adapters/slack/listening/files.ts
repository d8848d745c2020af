import type { Attachment } from '../../../commands/command.ts';
import { raise } from '../../../src/result.ts';
import { attachmentOf, type FetchLimits } from '../../attachments.ts';
import type { SlackMessages } from '../locales/index.ts';
import type { Courier } from '../messages/courier.ts';
import { SlackRefusal } from '../messages/refusal.ts';
import type { FileJson } from './occasion.ts';

/** A file that somebody sent. What only its id is known of is asked for when it is fetched. */
export interface FileLink {
  readonly id: string;
  readonly name: string;
  readonly contentType: string | null;
  /** In bytes, as Slack says; absent where that is still to be asked. */
  readonly size?: number;
  readonly url?: string;
}

export function linkOf({ id, name, mimetype, size, url_private, url_private_download }: FileJson): FileLink {
  const url = url_private_download ?? url_private;
  return {
    id,
    name: name ?? id,
    contentType: mimetype ?? null,
    ...(size !== undefined && { size }),
    ...(url !== undefined && { url }),
  };
}

/** A file as commands take it: fetched when asked for, from Slack's own hosts alone, with the token that they ask for. */
export function slackAttachment(
  link: FileLink,
  courier: Pick<Courier, 'file'>,
  limits: FetchLimits,
  words: SlackMessages['attachments'],
): Attachment {
  async function known() {
    const { size, url } = link;
    if (size !== undefined && url !== undefined) return { ...link, size, url };
    try {
      const file = await courier.file(link.id);
      return { name: file.name, contentType: file.mimetype, size: file.size, url: file.url };
    } catch (error) {
      if (!(error instanceof SlackRefusal)) throw error;
      const lacks = error.kind === 'scope' || error.kind === 'forbidden' || error.kind === 'outside';
      return raise('invalid-picture', words.one(lacks ? words.page : words.gone));
    }
  }
  return {
    name: link.name.slice(0, 100),
    bytes: async (limit) => attachmentOf(await known(), limits, words).bytes(limit),
  };
}
