import type { Attachment } from '../commands/command.ts';
import { ProblemError, raise } from '../src/result.ts';

/** A file that somebody sent, as the platform tells of it. */
export interface AttachmentLink {
  readonly name: string;
  readonly url: string;
  /** In bytes, as the platform says. */
  readonly size: number;
  readonly contentType?: string | null;
}

export interface FetchLimits {
  /** Origins that are fetched from, and that get the headers. */
  readonly origins: readonly string[];
  /** How long one file may take, in seconds. */
  readonly seconds: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What is said of a file that cannot be had: the ends of a sentence about one of the files. */
export interface FetchWords {
  one(what: string): string;
  readonly elsewhere: string;
  late(seconds: number): string;
  readonly cut: string;
  readonly gone: string;
  readonly page: string;
  failed(status: number): string;
  readonly longer: string;
  tooLarge(megabytes: number): string;
}

const megabyte = 2 ** 20;

/** A file as commands take it: fetched when asked for, from the platform's own hosts alone. */
export function attachmentOf(link: AttachmentLink, limits: FetchLimits, words: FetchWords): Attachment {
  return {
    name: link.name.slice(0, 100),
    bytes: (limit) => fetchFile(link, { ...limits, bytes: limit, words }),
  };
}

/** Whether the platform calls it a picture, or its name does where the platform does not say. */
export function isPicture({ contentType, name }: Pick<AttachmentLink, 'contentType' | 'name'>): boolean {
  return contentType ? contentType.startsWith('image/') : /\.(png|jpe?g|webp|gif|avif)$/i.test(name);
}

/** All of it, and never more than `bytes` bytes. Every way in which that can fail is a sentence: 'invalid-picture'. */
async function fetchFile(
  { url, size }: AttachmentLink,
  {
    origins,
    seconds,
    headers,
    bytes,
    words,
  }: FetchLimits & { readonly bytes: number; readonly words: FetchWords },
): Promise<Uint8Array> {
  if (!origins.includes(URL.parse(url)?.origin ?? '')) refuse(words, words.elsewhere);
  if (size > bytes) refuse(words, words.tooLarge(Math.floor((bytes / megabyte) * 10) / 10));
  const signal = AbortSignal.timeout(seconds * 1000);
  try {
    const response = await fetch(url, { redirect: 'error', signal, ...(headers && { headers }) });
    checkAnswer(response, words);
    return await readBody(response, Math.min(bytes, size), words);
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    return refuse(words, signal.aborted ? words.late(seconds) : words.cut);
  }
}

function checkAnswer(response: Response, words: FetchWords): void {
  const { ok, status, headers } = response;
  const page = /^text\/html\b/i.test(headers.get('content-type') ?? '');
  if (ok && !page) return;
  void response.body?.cancel().catch(() => {});
  if ([401, 403, 404, 410].includes(status)) refuse(words, words.gone);
  refuse(words, ok ? words.page : words.failed(status));
}

async function readBody({ body }: Response, most: number, words: FetchWords): Promise<Uint8Array> {
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

function refuse({ one }: FetchWords, what: string): never {
  return raise('invalid-picture', one(what));
}
