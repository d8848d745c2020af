import { expect, test } from 'vitest';
import { createExamples } from '../../../adapters/web/examples.ts';

test('an example that fails to be made leaves the others, and is made when it is asked for again', async () => {
  let fails = true;
  const sound = { title: 'Hat', line: '/teach hat', pictures: async () => [new Uint8Array([1])] };
  const broken = {
    title: 'Dog',
    line: '/teach dog',
    pictures: async () => {
      if (fails) throw new Error('out of memory');
      return [new Uint8Array([2])];
    },
  };
  const examples = createExamples([broken, sound]);
  const shown = async () => (await examples.list()).map(({ pictures }) => pictures);
  expect(await shown()).toEqual([[], ['/examples/1/0.png']]);
  expect(await examples.picture(0, 0)).toBeUndefined();
  fails = false;
  expect(await shown()).toEqual([['/examples/0/0.png'], ['/examples/1/0.png']]);
  expect(await examples.picture(0, 0)).toEqual(new Uint8Array([2]));
});
