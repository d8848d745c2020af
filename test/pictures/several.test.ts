import { describe, expect, test } from 'vitest';
import { readPicture, readPictures } from '../../src/pictures/intake.ts';
import { unwrap } from '../../src/result.ts';
import { colourAt, handmadePng, plain, pngChunk, unfilteredRows } from './files.ts';
import { read, refusal, size } from './taking.ts';

describe('several pictures', () => {
  const good = () => plain(64, 64, '#abc').png().toBuffer();

  test('are given in their order', async () => {
    const colours = ['#ff0000', '#00ff00', '#0000ff'];
    const files = await Promise.all(colours.map((colour) => plain(70, 70, colour).png().toBuffer()));
    const pictures = unwrap(await readPictures(files, size));
    expect(pictures.map((picture) => colourAt(picture, 0.5, 0.5))).toEqual([
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
    ]);
  });

  test('may be one to six', async () => {
    const six = await Promise.all(Array.from({ length: 6 }, good));
    expect(unwrap(await readPictures(six, size))).toHaveLength(6);
    const none = await readPictures([], size);
    const seven = await readPictures([...six, await good()], size);
    expect(none).toMatchObject({
      ok: false,
      problem: { message: expect.stringMatching(/^No picture.*1 to 6/) },
    });
    expect(seven).toMatchObject({
      ok: false,
      problem: { message: expect.stringMatching(/^7 pictures.*the 6/) },
    });
  });

  test('are named by their place in a problem and in a note', async () => {
    const notes: string[] = [];
    const control = pngChunk('acTL', Buffer.from([0, 0, 0, 2, 0, 0, 0, 0]));
    const moving = handmadePng(16, 16, { pixels: unfilteredRows(16, 16, [9, 9, 9]), before: [control] });
    const files = [await good(), moving, Buffer.from('text')];
    const result = await readPictures(files, { ...size, onNote: (note) => notes.push(note) });
    expect(result).toMatchObject({
      ok: false,
      problem: { message: expect.stringMatching(/^Picture 3 is a text/) },
    });
    expect(notes).toEqual([expect.stringMatching(/^Picture 2 is an animation/)]);
  });

  test('go on being read after one that failed', async () => {
    const [bad, fine] = await Promise.all([
      refusal(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')),
      good().then(read),
    ]);
    expect(bad).toMatch(/damaged/);
    expect(fine.rgb).toHaveLength(64 * 64 * 3);
  });

  test('of one server hold up those of another by one', async () => {
    const file = await good();
    const read: string[] = [];
    const take = async (server: string) => {
      unwrap(await readPicture(file, { ...size, server }));
      read.push(server);
    };
    await Promise.all(['a', 'a', 'a', 'a', 'b'].map(take));
    expect(read).toEqual(['a', 'b', 'a', 'a', 'a']);
  });
});
