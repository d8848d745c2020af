import nodeFiles from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { CaptionRequest } from '../../src/personalize/captions/captioner.ts';
import { failure, success, unwrap } from '../../src/result.ts';
import { request, scene } from './scene.ts';

describe('a concept that is forgotten while another is taught', () => {
  it('during the captions is no part of the lesson', async () => {
    const { studio, engine, store, taught } = await scene();
    const [dog, hat] = [await taught('a', 'dog'), await taught('a', 'hat')];
    const captioner = {
      async caption(asked: CaptionRequest) {
        unwrap(await studio.forget('a', dog.token));
        return { captions: asked.pictures.map(() => []) };
      },
    };
    const slow = await scene({ captioner, store: store.concepts, engine });
    expect(unwrap(await slow.studio.teach('a', await request())).notes).toEqual([]);
    expect(engine.teaches.at(-1)!.concepts.map(({ token }) => token)).toEqual([hat.token]);
  });

  it('after the engine was given its file has the engine begin again without it', async () => {
    const { studio, engine, taught } = await scene();
    const [dog, hat] = [await taught('a', 'dog'), await taught('a', 'hat')];
    const { onTeach } = engine;
    engine.onTeach = async (task, options) => {
      if (!task.concepts.some(({ token }) => token === dog.token)) return onTeach(task, options);
      unwrap(await studio.forget('a', dog.token));
      return failure('storage-corrupt', `The stored weights of ${dog.token} are damaged.`);
    };
    const { concept, notes } = unwrap(await studio.teach('a', await request()));
    expect([concept.token, notes]).toEqual(['<new3>', []]);
    expect(engine.teaches.at(-1)!.concepts.map(({ token }) => token)).toEqual([hat.token]);
  });
});

describe('a concept that another machine adds while one is taught', () => {
  it('has a lesson begun again that leaves alone what others need, for it might have taken the same weights', async () => {
    const { studio, engine, store, taught } = await scene();
    const elsewhere = (await scene({ store: store.concepts })).studio;
    const { onTeach } = engine;
    let others = 1;
    engine.onTeach = async (task, options) => {
      if (others-- > 0) unwrap(await elsewhere.teach('a', await request({ classWord: 'hat' })));
      return success({ ...unwrap(await onTeach(task, options)), heedsEarlier: true });
    };
    expect((await taught('a', 'dog')).token).toBe('<new1>');
    expect(engine.teaches.map(({ concepts }) => concepts.map(({ token }) => token))).toEqual([
      [],
      ['<new2>'],
    ]);
    others = 9;
    expect(await studio.teach('a', await request())).toMatchObject({ problem: { code: 'outrun' } });
  });

  it('costs a lesson nothing that may share weights with others', async () => {
    const { engine, store, taught } = await scene();
    const elsewhere = (await scene({ store: store.concepts })).studio;
    const { onTeach } = engine;
    engine.onTeach = async (task, options) => {
      unwrap(await elsewhere.teach('a', await request({ classWord: 'hat' })));
      return onTeach(task, options);
    };
    await taught('a', 'dog');
    expect(engine.teaches).toHaveLength(1);
    expect((await store.concepts.list('a')).map(({ classWord }) => classWord)).toEqual(['dog', 'hat']);
  });
});

describe('beside a concept whose weights were damaged by hand', () => {
  it('others are taught, and come to no harm when they are put back', async () => {
    const { studio, engine, store, taught } = await scene();
    const dog = await taught('a', 'dog');
    const path = store.concepts.blobPath(dog.blob);
    const sound = await nodeFiles.readFile(path);
    await nodeFiles.writeFile(path, 'rubbish');
    const { concept, notes } = unwrap(await studio.teach('a', await request({ classWord: 'hat' })));
    expect([concept.token, notes]).toEqual([
      '<new2>',
      ['<new1> dog was left out, because its stored weights are damaged or missing.'],
    ]);
    expect(engine.teaches.at(-1)).toMatchObject({ concepts: [], damaged: ['<new1>'] });
    await nodeFiles.writeFile(path, sound);
    await taught('a', 'horse');
    expect(engine.teaches.at(-1)!.concepts.map(({ token }) => token)).toEqual(['<new1>', '<new2>']);
    expect(engine.teaches.at(-1)!.damaged).toBeUndefined();
  });

  it('or whose record was, others are taught and drawn, and the engine hears which one is not there', async () => {
    const { engine, store, taught } = await scene();
    await taught('a', 'dog');
    const damaged = ['<new1>'];
    const concepts = { ...store.concepts, inventory: async () => ({ concepts: [], damaged }) };
    const { studio, engine: told } = await scene({ store: concepts });
    unwrap(await studio.teach('a', await request()));
    expect(told.teaches.at(-1)!.damaged).toEqual(damaged);
    expect(engine.teaches).toHaveLength(1);
    const { notes } = unwrap(await studio.imagine('a', { prompt: 'a dog' }));
    expect(notes).toEqual(['<new1> was left out, because its record is damaged.']);
    expect(await studio.forget('a', '<new1>')).toMatchObject({ ok: true });
  });

  it('the engine hears also where that happened while the captions were made', async () => {
    const { engine, store, taught } = await scene();
    const dog = await taught('a', 'dog');
    const captioner = {
      async caption(asked: CaptionRequest) {
        await nodeFiles.writeFile(store.concepts.blobPath(dog.blob), 'rubbish');
        return { captions: asked.pictures.map(() => []) };
      },
    };
    const slow = await scene({ captioner, store: store.concepts, engine });
    unwrap(await slow.studio.teach('a', await request()));
    expect(engine.teaches.at(-1)!.damaged).toEqual(['<new1>']);
  });
});
