import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { attachmentOf, discard, readFew, readUpload } from '../../../adapters/web/uploads.ts';

const limits = { line: 100, file: 1000 };

/** A request whose body has arrived already. */
async function formOf(entries: readonly (readonly [string, string | Blob])[]): Promise<Request> {
  const body = new FormData();
  for (const [name, value] of entries) {
    if (typeof value === 'string') body.append(name, value);
    else body.append(name, value, 'a.png');
  }
  const response = new Response(body);
  const headers = { 'content-type': response.headers.get('content-type') ?? '' };
  return new Request('http://chat.example', {
    method: 'POST',
    headers,
    body: await response.arrayBuffer(),
  });
}

/** A request that says the same part over and over, and how much of it was read. */
function endless(part: string): { readonly request: Request; chunks(): number } {
  let chunks = 0;
  const chunk = new TextEncoder().encode(part.repeat(1000));
  const body = new ReadableStream({
    pull(controller) {
      chunks++;
      controller.enqueue(chunk);
    },
  });
  const headers = { 'content-type': 'multipart/form-data; boundary=B' };
  const init = { method: 'POST', body, headers, duplex: 'half' } as const;
  return { request: new Request('http://chat.example', init), chunks: () => chunks };
}

/** A request whose body comes so many bytes at a time, after so many milliseconds each, and stops in the middle unless it ends. */
async function trickling(form: Request, piece: number, milliseconds: number, ends: boolean) {
  const whole = new Uint8Array(await form.arrayBuffer());
  const end = ends ? whole.length : whole.length / 2;
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (sent >= end) return ends ? controller.close() : new Promise(() => {});
      await pause(milliseconds);
      controller.enqueue(whole.subarray(sent, sent + piece));
      sent += piece;
    },
  });
  const init = { method: 'POST', body, headers: form.headers, duplex: 'half' } as const;
  return new Request('http://chat.example', init);
}

const bytes = (length: number) => new Blob([new Uint8Array(length).fill(7)]);

const twoLines = formOf([
  ['line', 'a'],
  ['line', 'b'],
]);

describe('an upload', () => {
  test('is a line and files, whatever their names', async () => {
    const upload = await readUpload(
      await formOf([
        ['line', '/teach größe 🐕'],
        ['pictures', bytes(3)],
        ['other', bytes(1000)],
      ]),
      limits,
    );
    expect(upload.line).toBe('/teach größe 🐕');
    expect(upload.files.map((file) => [file.bytes.length, file.whole])).toEqual([
      [3, true],
      [1000, true],
    ]);
    expect(await attachmentOf(upload.files[0]!).bytes(1000)).toEqual(new Uint8Array([7, 7, 7]));
  });

  test('has no bytes any more where it was let go of', async () => {
    const file = attachmentOf({ name: 'a.png', bytes: Uint8Array.of(7), whole: true });
    file.release?.();
    expect(await file.bytes(1000)).toEqual(new Uint8Array());
  });

  test('keeps no more of a file than is taken, and says so when it is used', async () => {
    const { files } = await readUpload(
      await formOf([
        ['line', '/teach dog'],
        ['pictures', bytes(50_000)],
      ]),
      limits,
    );
    expect(files[0]!.bytes.length).toBe(1000);
    await expect(attachmentOf(files[0]!).bytes(1000)).rejects.toThrow('larger than 1000 bytes.');
  });

  test.each([
    [
      'empty files',
      '--B\r\nContent-Disposition: form-data; name="a"; filename="b"\r\n\r\n\r\n',
      'At most 20',
    ],
    ['empty fields', '--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n', 'could not be read'],
    ['parts that are neither', '--B\r\n\r\n\r\n', 'could not be read'],
  ])('of countless %s is refused after the first few', async (_, part, sentence) => {
    const { request, chunks } = endless(part);
    await expect(readUpload(request, limits)).rejects.toThrow(sentence);
    expect(chunks()).toBeLessThan(10);
  });

  test.each([
    ['no line', formOf([['pictures', bytes(3)]]), 'could not be read'],
    ['two lines', twoLines, 'could not be read'],
    ['a line too long', formOf([['line', 'x'.repeat(101)]]), 'too long. Send at most 100 characters'],
    ['a line far too long', formOf([['line', 'x'.repeat(1e6)]]), 'too long. Send at most 100 characters'],
    [
      'too many files',
      formOf(Array.from({ length: 21 }, () => ['a', bytes(1)] as const)),
      'At most 20 files',
    ],
    ['no form', new Request('http://chat.example', { method: 'POST', body: 'hello' }), 'could not be read'],
    ['no body', new Request('http://chat.example', { method: 'POST' }), 'could not be read'],
    [
      'an end too soon',
      new Request('http://chat.example', {
        method: 'POST',
        headers: { 'content-type': 'multipart/form-data; boundary=B' },
        body: '--B\r\nContent-Disposition: form-data; name="a"; filename="b"\r\n\r\nabc',
      }),
      'could not be read',
    ],
  ])('with %s is refused with a sentence', async (_, request, sentence) => {
    await expect(readUpload(await request, limits)).rejects.toThrow(sentence);
  });

  const large = () =>
    formOf([
      ['line', '/teach dog'],
      ['pictures', bytes(30_000)],
    ]);

  test('that is as fast as a slow line is taken, however long it takes', async () => {
    const request = await trickling(await large(), 1000, 50, true);
    const { files } = await readUpload(request, { line: 100, file: 30_000 }, { bytes: 1000, seconds: 1 });
    expect(files[0]).toMatchObject({ bytes: { length: 30_000 }, whole: true });
  });

  test.each([
    ['stops in the middle', 1000, 1, false],
    ['goes on more slowly than that', 10, 20, true],
  ])('that %s is refused, and nobody waits for the rest of it', async (_, piece, milliseconds, ends) => {
    const request = await trickling(await large(), piece, milliseconds, ends);
    const reading = readUpload(request, limits, { bytes: 20_000, seconds: 0.5 });
    await expect(reading).rejects.toMatchObject({
      problem: { code: 'timed-out', message: expect.stringContaining('too slowly') },
    });
    await discard(request, { bytes: 1, seconds: 3600 });
  });

  test('that was refused is not waited for where the rest of it is slower than a slow line', async () => {
    const request = await trickling(await large(), 1000, 1, false);
    await discard(request, { bytes: 20_000, seconds: 0.5 });
    expect(request.bodyUsed).toBe(true);
  });
});

describe('a body of a few words', () => {
  function sent(body: string | ReadableStream): Request {
    const init = { method: 'POST', body, duplex: 'half' } as const;
    return new Request('http://chat.example', init);
  }

  test.each([true, false])('is read up to its limit, its length said: %s', async (said) => {
    const request = (words: string) => sent(said ? words : new Blob([words]).stream());
    expect(String(await readFew(request('abc'), 3))).toBe('abc');
    expect(await readFew(request('abcd'), 3)).toBeUndefined();
  });

  test('whose sender goes away is refused with a sentence', async () => {
    const body = new ReadableStream({ start: (controller) => controller.error(new Error('aborted')) });
    await expect(readFew(sent(body), 3)).rejects.toMatchObject({
      problem: { code: 'invalid-option', message: expect.stringContaining('could not be read') },
    });
  });
});
