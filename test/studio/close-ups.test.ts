import { describe, expect, it } from 'vitest';
import { success, unwrap } from '../../src/result.ts';
import { request, scene } from './scene.ts';

describe('close-ups of a subject that is small', () => {
  it('are made where nobody says, and not where an installation wants none', async () => {
    const [usual, none] = [await scene(), await scene({ closeUps: false })];
    for (const { studio } of [usual, none]) unwrap(await studio.teach('a', await request()));
    expect(usual.engine.teaches[0]).not.toHaveProperty('closeUps');
    expect(none.engine.teaches[0]).toMatchObject({ closeUps: false });
  });

  it.each([
    [1, 'the picture'],
    [2, '1 of 2 pictures'],
  ])('are told of: of %i as %s', async (count, which) => {
    const { studio, engine } = await scene();
    const { onTeach } = engine;
    engine.onTeach = async (task, options) =>
      success({ ...unwrap(await onTeach(task, options)), closeUps: 1 });
    const { pictures, ...asked } = await request();
    const sent = { ...asked, pictures: async () => (await pictures()).slice(0, count) };
    expect(unwrap(await studio.teach('a', sent)).notes).toEqual([
      `In ${which} the dog is small: there only the part around it was used. Pictures that it fills teach more.`,
    ]);
  });
});
