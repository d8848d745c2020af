import type { Attachment } from '../../../commands/command.ts';
import { ProblemError, raise } from '../../../src/result.ts';
import type { DiscordMessages } from '../locales/index.ts';

/** An attachment as Discord tells of it. */
export interface AttachmentLink {
  readonly name: string;
  readonly url: string;
  /** In bytes, as Discord says. */
  readonly size: number;
  readonly contentType?: string | null;
}

export interface FetchLimits {
  /** Origins that are fetched from. */
  readonly origins: readonly string[];
  /** How long one attachment may take, in seconds. */
  readonly seconds: number;
}

const megabyte = 2 ** 20;

/** An attachment as commands take it: fetched when asked for, from Discord's hosts alone. */
export function attachmentOf(link: AttachmentLink, limits: FetchLimits, words: DiscordMessages): Attachment {
  return {
    name: link.name.slice(0, 100),
    bytes: (limit) => fetchAttachment(link, { ...limits, bytes: limit, words: words.attachments }),
  };
}

/** Whether Discord calls it a picture, or its name does where Discord does not say. */
export function isPicture({ contentType, name }: AttachmentLink): boolean {
  return contentType ? contentType.startsWith('image/') : /\.(png|jpe?g|webp|gif|avif)$/i.test(name);
}

type Words = DiscordMessages['attachments'];

/** All of it, and never more than `bytes` bytes. Every way in which that can fail is a sentence: 'invalid-picture'. */
async function fetchAttachment(
  { url, size }: AttachmentLink,
  { origins, seconds, bytes, words }: FetchLimits & { readonly bytes: number; readonly words: Words },
): Promise<Uint8Array> {
  if (!origins.includes(URL.parse(url)?.origin ?? '')) refuse(words, words.notOnDiscord);
  if (size > bytes) refuse(words, words.tooLarge(Math.floor((bytes / megabyte) * 10) / 10));
  const signal = AbortSignal.timeout(seconds * 1000);
  try {
    const response = await fetch(url, { redirect: 'error', signal });
    checkAnswer(response, words);
    return await readBody(response, Math.min(bytes, size), words);
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    return refuse(words, signal.aborted ? words.late(seconds) : words.cut);
  }
}

function checkAnswer(response: Response, words: Words): void {
  const { ok, status, headers } = response;
  const page = /^text\/html\b/i.test(headers.get('content-type') ?? '');
  if (ok && !page) return;
  void response.body?.cancel().catch(() => {});
  if ([401, 403, 404, 410].includes(status)) refuse(words, words.gone);
  refuse(words, ok ? words.page : words.failed(status));
}

async function readBody({ body }: Response, most: number, words: Words): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > most) refuse(words, words.longer);
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function refuse({ one }: Words, what: string): never {
  return raise('invalid-picture', one(what));
}
