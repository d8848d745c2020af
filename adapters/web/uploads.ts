import { pipeline } from 'node:stream/promises';
import { Busboy, type BusboyFileStream } from '@fastify/busboy';
import type { Attachment } from '../../commands/command.ts';
import { ProblemError, raise } from '../../src/result.ts';
import { within } from '../within.ts';
import { sizeWords } from './page/size.ts';

/** What a person sends: a line, and the files that go with it. */
export interface Upload {
  readonly line: string;
  readonly files: readonly UploadedFile[];
}

export interface UploadedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** False where the file was larger than is taken; `bytes` is its beginning. */
  readonly whole: boolean;
}

export interface UploadLimits {
  /** Characters of the line. */
  readonly line: number;
  /** Bytes of one file. */
  readonly file: number;
}

/** How slow a line may be: so many bytes are to come in each of so many seconds. */
export interface Pace {
  readonly bytes: number;
  readonly seconds: number;
}

/** A phone where reception is poor brings 16 kB a second and more. */
export const slowLine: Pace = { bytes: 480_000, seconds: 30 };

/** More than any command takes, so that too many are counted and answered rather than cut. */
const mostFiles = 20;
const unreadable = 'The message could not be read. Send it again.';
const tooSlow =
  'Your message came too slowly to be taken. Send smaller pictures, or send it over a better connection.';

/**
 * Reads a form with the field `line` and any number of files. Reading stops at the first thing that is too much, and where less comes
 * than a slow line brings. Raises 'invalid-option' and 'timed-out'.
 */
export async function readUpload(
  request: Request,
  limits: UploadLimits,
  pace: Pace = slowLine,
): Promise<Upload> {
  const parser = parserOf(request, limits);
  const files: Promise<UploadedFile>[] = [];
  let line: string | undefined;
  const refuse = (message: string) =>
    void parser.destroy(new ProblemError({ code: 'invalid-option', message }));

  parser.on('file', (_, stream, name) => {
    const file = collect(stream, name);
    file.catch(() => {});
    files.push(file);
  });
  parser.on('field', (name, value, _, cut) => {
    if (name !== 'line') return;
    line = value;
    if (cut || value.length > limits.line) {
      refuse(`The message is too long. Send at most ${limits.line.toLocaleString('en-US')} characters.`);
    }
  });
  parser.on('filesLimit', () => refuse(`At most ${mostFiles} files are taken at once.`));
  for (const event of ['fieldsLimit', 'partsLimit'] as const) parser.on(event, () => refuse(unreadable));

  try {
    const body = request.body ?? raise('invalid-option', unreadable);
    await pipeline(arriving(body, pace), parser);
    return { line: line ?? raise('invalid-option', unreadable), files: await Promise.all(files) };
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    return raise('invalid-option', unreadable);
  }
}

/** Reads a body of at most so many bytes; undefined where there are more. Raises 'invalid-option' where it ends too soon, and 'timed-out'. */
export async function readFew(
  { body, headers }: Request,
  most: number,
  pace: Pace = slowLine,
): Promise<Buffer | undefined> {
  if (Number(headers.get('content-length')) > most) return undefined;
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const part of body ? arriving(body, pace) : []) {
      size += part.length;
      if (size > most) return undefined;
      parts.push(part);
    }
    return Buffer.concat(parts);
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    return raise('invalid-option', unreadable);
  }
}

/** Reads what is left of the body and keeps none of it: who still sends it does not hear an answer. Gives up on one that is too slow. */
export async function discard({ body }: Request, pace: Pace = slowLine): Promise<void> {
  if (!body || body.locked) return;
  try {
    for await (const _ of arriving(body, pace));
  } catch {}
}

/** What comes of a body. Raises 'timed-out' where that is too slow, and leaves it locked then, since nobody is to wait for the rest. */
async function* arriving(body: ReadableStream<Uint8Array>, { bytes, seconds }: Pace) {
  const reader = body.getReader();
  let due = Date.now() + seconds * 1000;
  let missing = bytes;
  let late = false;
  try {
    for (;;) {
      const read = await within(due - Date.now(), reader.read());
      late = read === undefined;
      if (!read) return raise('timed-out', tooSlow);
      if (read.done) return;
      yield read.value;
      missing -= read.value.length;
      if (missing > 0) continue;
      due = Date.now() + seconds * 1000;
      missing = bytes;
    }
  } finally {
    if (!late) reader.releaseLock();
  }
}

/** An uploaded file as commands take it; let go of, it has no bytes. */
export function attachmentOf({ name, bytes, whole }: UploadedFile): Attachment {
  let held = bytes;
  return {
    name: name.slice(0, 100),
    release() {
      held = new Uint8Array();
    },
    async bytes(limit) {
      if (whole && held.length <= limit) return held;
      return raise(
        'invalid-picture',
        `One of the files is larger than ${sizeWords(limit)}. Send a smaller copy of it.`,
      );
    },
  };
}

function parserOf({ headers }: Request, limits: UploadLimits) {
  try {
    return new Busboy({
      headers: { 'content-type': headers.get('content-type') ?? '' },
      limits: {
        files: mostFiles,
        fields: 1,
        fieldSize: 4 * limits.line,
        fileSize: limits.file,
        headerPairs: 10,
        headerSize: 4096,
        parts: mostFiles + 2,
      },
    });
  } catch {
    return raise('invalid-option', unreadable);
  }
}

async function collect(stream: BusboyFileStream, name: string | undefined): Promise<UploadedFile> {
  const { buffer, byteOffset, length } = Buffer.concat(await stream.toArray());
  return {
    name: name ?? '',
    bytes: new Uint8Array(buffer, byteOffset, length),
    whole: !stream.truncated,
  };
}
