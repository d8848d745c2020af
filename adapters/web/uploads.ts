import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { Busboy, type BusboyFileStream } from '@fastify/busboy';
import type { Attachment } from '../../commands/command.ts';
import { ProblemError, raise } from '../../src/result.ts';
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

/** More than any command takes, so that too many are counted and answered rather than cut. */
const mostFiles = 20;
const unreadable = 'The message could not be read. Send it again.';

/**
 * Reads a form with the field `line` and any number of files. Reading stops at the first thing that is too much.
 * Raises 'invalid-option'.
 */
export async function readUpload(request: Request, limits: UploadLimits): Promise<Upload> {
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
    await pipeline((body as NodeReadableStream).values({ preventCancel: true }), parser);
    return { line: line ?? raise('invalid-option', unreadable), files: await Promise.all(files) };
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    return raise('invalid-option', unreadable);
  }
}

/** Reads what is left of the body and keeps none of it: who still sends it does not hear an answer. */
export async function discard({ body }: Request): Promise<void> {
  await body?.pipeTo(new WritableStream()).catch(() => {});
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
