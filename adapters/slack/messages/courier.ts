import { setTimeout as pause } from 'node:timers/promises';
import type { types, webApi } from '@slack/bolt';
import { persistently } from '../../patience.ts';
import type { SlackFile, SlackMessage } from './messages.ts';
import { kindOf, refusalOf, respondRefusal, SlackRefusal } from './refusal.ts';

/** Where a message is. */
export interface Spot {
  readonly channel: string;
  readonly ts: string;
}

/** What Slack tells of a file, as far as it is used. */
export interface FileFacts {
  readonly id: string;
  readonly name: string;
  /** '' as long as Slack has not looked at it. */
  readonly mimetype: string;
  readonly size: number;
  readonly url: string;
  /** The messages that show it, by channel. */
  readonly shares: ReadonlyMap<string, string>;
}

/** What is sent to a `response_url`. */
export type Response = Partial<SlackMessage> & {
  readonly response_type?: 'ephemeral';
  readonly replace_original?: boolean;
  readonly delete_original?: boolean;
  readonly thread_ts?: string;
};

/**
 * All that is asked of Slack for one workspace. Everything waits where Slack asks to wait, tries again where it is safe to, and
 * rejects with a {@link SlackRefusal}.
 */
export interface Courier {
  /** Resolves where Slack knows whose token it is. */
  identify(): Promise<void>;
  /**
   * In a channel, or to a user alone where `channel` is their id. Asked once: where nobody hears whether it was posted, it may
   * have been. Slack has no way to say that two posts are one, and would tell what stands in a channel only to who may read it all.
   */
  post(channel: string, message: SlackMessage, thread?: string): Promise<Spot>;
  edit(spot: Spot, message: SlackMessage): Promise<void>;
  /** The same once and without waiting, for what is out of date soon. */
  editOnce(spot: Spot, message: SlackMessage): Promise<void>;
  remove(spot: Spot): Promise<void>;
  /** Shows a message to one user of the channel. */
  whisper(channel: string, user: string, message: SlackMessage, thread?: string): Promise<void>;
  respond(url: string, response: Response): Promise<void>;
  join(channel: string): Promise<void>;
  openForm(trigger: string, view: types.ModalView): Promise<void>;
  publishHome(user: string, view: types.HomeView): Promise<void>;
  /** Brings the bytes to Slack, where nobody sees them yet, and resolves with the id of the file. */
  upload(file: SlackFile): Promise<string>;
  /** Ends uploads, and shows the files in a channel where one is named: Slack says so before it does so. */
  complete(
    files: readonly { readonly id: string; readonly title: string }[],
    channel?: string,
    thread?: string,
  ): Promise<void>;
  file(id: string): Promise<FileFacts>;
  removeFile(id: string): Promise<void>;
}

export interface CourierOptions {
  readonly client: webApi.WebClient;
  /** Origins that files are brought to. */
  readonly files: readonly string[];
  /** Milliseconds to wait before each new attempt where Slack cannot be reached. */
  readonly patience: readonly number[];
}

const mostWaits = 5;
const longestWait = 60;
const uploadSeconds = 60;
const respondSeconds = 30;

export function createCourier({ client, files, patience }: CourierOptions): Courier {
  async function once<T>(attempt: () => Promise<T>): Promise<T> {
    try {
      return await attempt();
    } catch (error) {
      throw refusalOf(error);
    }
  }

  /** Waits as Slack asks to; where it is not known what became of it, tries again only what may be done twice. */
  async function asked<T>(attempt: () => Promise<T>, repeatable = true): Promise<T> {
    for (let waits = 0; ; waits++) {
      try {
        const unreachable = (error: unknown) => kindOf(error) === 'unreachable';
        return await persistently(repeatable ? patience : [], unreachable, () => once(attempt));
      } catch (error) {
        if (!(error instanceof SlackRefusal) || error.kind !== 'rate-limited' || waits >= mostWaits)
          throw error;
        await pause(Math.min(longestWait, Math.max(1, error.seconds)) * 1000);
      }
    }
  }

  const inThread = (thread: string | undefined) => (thread === undefined ? {} : { thread_ts: thread });

  async function bring(url: string, { bytes }: SlackFile): Promise<void> {
    if (!files.includes(URL.parse(url)?.origin ?? '')) {
      throw new SlackRefusal('other', 'Slack named an address for uploads that is none of its own');
    }
    const signal = AbortSignal.timeout(uploadSeconds * 1000);
    const body = new Uint8Array(bytes);
    const response = await fetch(url, { method: 'POST', body, redirect: 'error', signal }).catch(() => {
      throw new SlackRefusal('unreachable', 'A file could not be brought to Slack');
    });
    await response.body?.cancel();
    if (!response.ok)
      throw new SlackRefusal('unreachable', `Slack answered an upload with ${response.status}`);
  }

  return {
    identify: async () => void (await asked(() => client.auth.test())),
    async post(channel, message, thread) {
      const posted = await asked(
        () => client.chat.postMessage({ channel, ...message, unfurl_links: false, ...inThread(thread) }),
        false,
      );
      return { channel: posted.channel ?? channel, ts: posted.ts ?? '' };
    },
    edit: async (spot, message) => void (await asked(() => client.chat.update({ ...spot, ...message }))),
    editOnce: async (spot, message) => void (await once(() => client.chat.update({ ...spot, ...message }))),
    remove: async (spot) => void (await asked(() => client.chat.delete({ ...spot }))),
    whisper: async (channel, user, message, thread) =>
      void (await asked(
        () => client.chat.postEphemeral({ channel, user, ...message, ...inThread(thread) }),
        false,
      )),
    respond: (url, response) =>
      asked(
        async () => {
          const headers = { 'content-type': 'application/json' };
          const signal = AbortSignal.timeout(respondSeconds * 1000);
          const body = JSON.stringify(response);
          const answer = await fetch(url, { method: 'POST', headers, body, signal }).catch(() => {
            throw new SlackRefusal('unreachable', 'Slack could not be reached');
          });
          await answer.body?.cancel();
          if (!answer.ok) throw respondRefusal(answer.status);
        },
        response.replace_original === true || response.delete_original === true,
      ),
    join: async (channel) => void (await asked(() => client.conversations.join({ channel }))),
    openForm: async (trigger_id, view) => void (await once(() => client.views.open({ trigger_id, view }))),
    publishHome: async (user_id, view) => void (await asked(() => client.views.publish({ user_id, view }))),
    upload: (file) =>
      asked(async () => {
        const { name, bytes, alt } = file;
        const place = await client.files.getUploadURLExternal({
          filename: name,
          length: bytes.length,
          ...(alt !== undefined && { alt_text: alt }),
        });
        await bring(place.upload_url ?? '', file);
        return place.file_id ?? '';
      }),
    complete: async (listed, channel, thread) => {
      const [first, ...others] = listed;
      if (!first) return;
      const where = channel === undefined ? {} : { channel_id: channel, ...inThread(thread) };
      await asked(() => client.files.completeUploadExternal({ files: [first, ...others], ...where }), false);
    },
    file: async (id) => factsOf(id, (await asked(() => client.files.info({ file: id }))).file),
    removeFile: async (file) => void (await asked(() => client.files.delete({ file }))),
  };
}

function factsOf(id: string, file: webApi.FilesInfoResponse['file']): FileFacts {
  const { public: open = {}, private: closed = {} } = file?.shares ?? {};
  const shares = Object.entries({ ...open, ...closed } as Record<
    string,
    readonly { readonly ts?: string }[]
  >);
  return {
    id,
    name: file?.name ?? id,
    mimetype: file?.mimetype ?? '',
    size: file?.size ?? 0,
    url: file?.url_private_download ?? file?.url_private ?? '',
    shares: new Map(shares.map(([channel, [first]]) => [channel, first?.ts ?? ''])),
  };
}
