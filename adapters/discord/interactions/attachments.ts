import type { Attachment } from '../../../commands/command.ts';
import { ProblemError, raise } from '../../../src/result.ts';

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
export function attachmentOf(link: AttachmentLink, limits: FetchLimits): Attachment {
  return { name: link.name.slice(0, 100), bytes: (limit) => fetchAttachment(link, limits, limit) };
}

/** Whether Discord calls it a picture, or its name does where Discord does not say. */
export function isPicture({ contentType, name }: AttachmentLink): boolean {
  return contentType ? contentType.startsWith('image/') : /\.(png|jpe?g|webp|gif|avif)$/i.test(name);
}

/** All of it, and never more than `limit` bytes. Every way in which that can fail is a sentence: 'invalid-picture'. */
async function fetchAttachment(
  { url, size }: AttachmentLink,
  { origins, seconds }: FetchLimits,
  limit: number,
): Promise<Uint8Array> {
  if (!origins.includes(URL.parse(url)?.origin ?? ''))
    refuse('is not kept by Discord, so it is not fetched.');
  if (size > limit) tooLarge(limit);
  const signal = AbortSignal.timeout(seconds * 1000);
  try {
    const response = await fetch(url, { redirect: 'error', signal });
    checkAnswer(response);
    return await readBody(response, Math.min(limit, size));
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    if (signal.aborted) refuse(`did not arrive within ${seconds} s. Send it again.`);
    return refuse('did not arrive whole. Send it again.');
  }
}

function checkAnswer(response: Response): void {
  const { ok, status, headers } = response;
  const page = /^text\/html\b/i.test(headers.get('content-type') ?? '');
  if (ok && !page) return;
  void response.body?.cancel().catch(() => {});
  if ([401, 403, 404, 410].includes(status)) refuse('is no longer kept by Discord. Send it again.');
  refuse(
    ok
      ? 'came as a web page, not as a picture. Send it again.'
      : `could not be fetched (${status}). Send it again.`,
  );
}

async function readBody({ body }: Response, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > most) refuse('is larger than Discord said. Send a smaller copy.');
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

function tooLarge(limit: number): never {
  const most = Math.floor((limit / megabyte) * 10) / 10;
  return refuse(`is larger than ${most} MB. Send a smaller copy of it.`);
}

function refuse(what: string): never {
  return raise('invalid-picture', `One of the pictures ${what}`);
}
