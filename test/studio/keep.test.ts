import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../src/result.ts';
import { scene } from './scene.ts';

describe('a concept that was taught', () => {
  it('can be renamed, exported and shown', async () => {
    const { studio, taught } = await scene();
    const concept = await taught('a', 'dog');
    expect(unwrap(await studio.rename('a', '<new1>', ' Rex\n the dog '))).toEqual({
      ...concept,
      label: 'Rex the dog',
    });
    expect(unwrap(await studio.exportConcept('a', '<new1>'))).toEqual(
      Buffer.from('weights of <new1>, 2 pictures, cns subject dog'),
    );
    expect(unwrap(await studio.sample('a', '<new1>')).subarray(1, 4)).toEqual(Buffer.from('PNG'));
  });

  it('keeps its label when the new one is not right', async () => {
    const { studio, taught } = await scene();
    await taught('a', 'dog');
    for (const label of ['', ' \u0000 ', 'x'.repeat(61)]) {
      expect(await studio.rename('a', '<new1>', label)).toMatchObject({
        problem: { code: 'invalid-option' },
      });
    }
    expect((await studio.concepts('a'))[0]!.label).toBe('dog');
  });

  it('is gone when forgotten, and the files of the others are the same to the bit', async () => {
    const { studio, store, taught } = await scene();
    const concepts = [await taught('a', 'dog'), await taught('a', 'hat'), await taught('a', 'park')];
    const kept = [concepts[0]!, concepts[2]!];
    const contents = () => Promise.all(kept.map(({ blob }) => readFile(store.concepts.blobPath(blob))));
    const before = await contents();
    unwrap(await studio.forget('a', '<new2>'));
    expect(await studio.concepts('a')).toEqual(kept);
    expect(await contents()).toEqual(before);
    expect((await taught('a', 'horse')).token).toBe('<new4>');
  });
});

it('a concept that is not there is answered with those that are', async () => {
  const { studio, taught } = await scene();
  await taught('a', 'dog');
  await taught('b', 'cat');
  await taught('b', 'hat');
  const unknown = {
    problem: { code: 'unknown-token', message: expect.stringContaining('Taught here: <new1> dog.') },
  };
  expect(await studio.sample('a', '<new2>')).toMatchObject(unknown);
  expect(await studio.rename('a', '<new2>', 'x')).toMatchObject(unknown);
  expect(await studio.exportConcept('a', '<new2>')).toMatchObject(unknown);
  expect(await studio.forget('a', '<new2>')).toMatchObject(unknown);
  expect(await studio.concepts('b')).toHaveLength(2);
});
