import { describe, expect, it } from 'vitest';
import { unwrap } from '../../../src/result.ts';
import { createStudio } from '../../../src/studio/create.ts';
import type { ServerSettings } from '../../../src/studio/rules/settings.ts';
import { createFakeEngine } from '../../fakes/engine.ts';
import { scratchFolder, storeIn } from '../../model-store/sample.ts';
import { request, scene } from '../scene.ts';

const initially: ServerSettings = {
  teachers: 'everyone',
  roles: [],
  channels: [],
  blocked: [],
  words: [],
  quotas: {
    lessonsPerUser: 20,
    lessonsPerServer: 100,
    picturesPerUser: 120,
    picturesPerServer: 600,
    concepts: 500,
  },
  language: 'auto',
  flagged: 'block',
};

describe('a server’s settings', () => {
  it('let everybody do everything, within generous quotas, where nobody chose', async () => {
    const { studio } = await scene();
    expect(unwrap(await studio.settings('a'))).toEqual(initially);
  });

  it('are the server’s own, and there after a restart', async () => {
    const folder = await scratchFolder();
    const open = async () => {
      const store = await storeIn(folder);
      const { concepts, servers, records } = store;
      const studio = createStudio({
        store: concepts,
        servers,
        records,
        engine: createFakeEngine(),
        model: 'folder',
      });
      const close = async () => {
        await studio.close();
        await store.close();
      };
      return { studio, close };
    };
    const first = await open();
    const role = { id: '7', name: 'painters' };
    unwrap(await first.studio.changeSettings('a', (now) => ({ ...now, roles: [role], language: 'zh-TW' })));
    await first.close();
    const { studio, close } = await open();
    expect(unwrap(await studio.settings('a'))).toEqual({ ...initially, roles: [role], language: 'zh-TW' });
    expect(unwrap(await studio.settings('b'))).toEqual(initially);
    expect(await studio.resetSettings('a')).toEqual(initially);
    expect(unwrap(await studio.settings('a'))).toEqual(initially);
    await close();
  });

  it('are taken along with the server’s concepts', async () => {
    const { studio } = await scene();
    unwrap(await studio.changeSettings('a', (now) => ({ ...now, words: ['gore'] })));
    const { bytes } = unwrap(await studio.exportServer('a'));
    const other = await scene();
    unwrap(await other.studio.importServer('b', bytes));
    expect(unwrap(await other.studio.settings('b')).words).toEqual(['gore']);
  });

  it('change one after another, so that none is lost', async () => {
    const { studio } = await scene();
    const words = ['a', 'b', 'c', 'd'];
    await Promise.all(
      words.map((word) => studio.changeSettings('a', (now) => ({ ...now, words: [...now.words, word] }))),
    );
    expect(unwrap(await studio.settings('a')).words.toSorted()).toEqual(words);
  });

  it('name so many roles and no more, and stay as they were', async () => {
    const { studio } = await scene();
    const roles = Array.from({ length: 21 }, (_, id) => ({ id: `${id}`, name: 'x' }));
    expect(await studio.changeSettings('a', (now) => ({ ...now, roles }))).toMatchObject({
      problem: { code: 'invalid-option', message: expect.stringContaining('at most 20 roles') },
    });
    expect(unwrap(await studio.settings('a')).roles).toEqual([]);
    unwrap(await studio.changeSettings('a', (now) => ({ ...now, roles: roles.slice(1) })));
  });

  it('keep what is known of them where those of an earlier version have less', async () => {
    const { studio, store } = await scene();
    await store.records.write('a', ['settings'], { teachers: 'administrators', quotas: { concepts: 7 } });
    const { quotas } = initially;
    expect(unwrap(await studio.settings('a'))).toEqual({
      ...initially,
      teachers: 'administrators',
      quotas: { ...quotas, concepts: 7 },
    });
  });
});

describe('settings that are damaged', () => {
  it.each([
    ['null', null],
    ['a word', 'settings'],
    ['a quota that is none', { quotas: { concepts: -1 } }],
    ['unknown teachers', { teachers: 'nobody' }],
    ['a role without an id', { roles: [{ name: 'painters' }] }],
    ['a method that could not be one', { method: '../../etc' }],
  ])('are said and not guessed, and can be put back: %s', async (_, damaged) => {
    const { studio, engine, store, taught } = await scene();
    await taught('a', 'dog');
    await store.records.write('a', ['settings'], damaged);
    const said = {
      problem: { code: 'storage-corrupt', message: expect.stringMatching(/damaged.*\/settings/) },
    };
    expect(await studio.settings('a')).toMatchObject(said);
    expect(await studio.teach('a', await request())).toMatchObject(said);
    expect(await studio.imagine('a', { prompt: 'a dog' })).toMatchObject(said);
    expect(await studio.changeSettings('a', (now) => now)).toMatchObject(said);
    expect([engine.teaches.length, engine.drawings.length]).toEqual([1, 0]);
    expect(await studio.concepts('a')).toHaveLength(1);
    expect(await studio.imagine('b', { prompt: 'a dog' })).toMatchObject({ ok: true });
    await studio.resetSettings('a');
    expect(await studio.imagine('a', { prompt: 'a dog' })).toMatchObject({ ok: true });
  });
});

describe('the method of a server', () => {
  it('teaches there, and leaves what others taught to be drawn along with it', async () => {
    const { studio, engine, taught } = await scene({ methodOf: () => 'mix-of-show' });
    unwrap(await studio.changeSettings('a', (now) => ({ ...now, method: 'c-lora' })));
    const methods = [await taught('a', 'dog'), await taught('b', 'dog')].map(({ method }) => method);
    expect(methods).toEqual(['c-lora', 'mix-of-show']);
    unwrap(await studio.changeSettings('a', ({ method: _, ...now }) => now));
    expect((await taught('a', 'hat')).method).toBe('mix-of-show');
    expect(engine.teaches.at(-1)!.concepts.map(({ token }) => token)).toEqual(['<new1>']);
    unwrap(await studio.imagine('a', { prompt: 'a <new1> dog with a <new2> hat' }));
    expect(engine.drawings.at(-1)!.concepts.map(({ token }) => token)).toEqual(['<new1>', '<new2>']);
  });

  it('that this version has not is said before anything is taught, and keeps nobody from drawing', async () => {
    const { studio, engine } = await scene();
    unwrap(await studio.changeSettings('a', (now) => ({ ...now, method: 'telepathy' })));
    expect(await studio.teach('a', await request())).toMatchObject({
      problem: { message: expect.stringMatching(/telepathy.*\/settings/) },
    });
    expect(engine.teaches).toEqual([]);
    unwrap(await studio.imagine('a', { prompt: 'a dog' }));
  });
});
