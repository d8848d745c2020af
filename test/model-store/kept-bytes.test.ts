import { expect, it } from 'vitest';
import { unwrap } from '../../src/result.ts';
import { scratchFolder, stored, storeIn } from './sample.ts';

it('concepts take as many bytes as their files and samples have, each counted once', async () => {
  const store = await storeIn(await scratchFolder());
  const { concepts } = store;
  expect(await concepts.bytes('a')).toBe(0);
  for (let index = 0; index < 40; index++) await stored(store, 'a', 'the same thing');
  await stored(store, 'a', 'other');
  await stored(store, 'b', 'what another server has');
  const lengths = [
    'weights of the same thing',
    'sheet of the same thing',
    'weights of other',
    'sheet of other',
  ];
  expect(await concepts.bytes('a')).toBe(lengths.join('').length);
  unwrap(await concepts.forget('a', '<new41>'));
  expect(await concepts.bytes('a')).toBe(lengths.slice(0, 2).join('').length);
});
