import sharp from 'sharp';
import { expect, test } from 'vitest';
import { stackRows } from '../../src/pictures/stack.ts';
import { plain } from './files.ts';

const red = await plain(20, 10, '#ff0000').png().toBuffer();
const blue = await plain(30, 40, '#0000ff').png().toBuffer();

test('pictures stand side by side in rows, each at its size', async () => {
  const { data, info } = await sharp(await stackRows([[red, blue], [red]]))
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect([info.width, info.height, info.channels]).toEqual([3 * 16 + 50, 3 * 16 + 50, 3]);
  const at = (x: number, y: number) => [
    ...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3),
  ];
  expect(at(16, 16)).toEqual([255, 0, 0]);
  expect(at(35, 25)).toEqual([255, 0, 0]);
  expect(at(36, 16)).toEqual([255, 255, 255]);
  expect(at(52, 55)).toEqual([0, 0, 255]);
  expect(at(16, 72)).toEqual([255, 0, 0]);
  expect(at(15, 72)).toEqual([255, 255, 255]);
});

test('nothing to stack is a mistake', async () => {
  await expect(stackRows([[]])).rejects.toThrow(RangeError);
});
