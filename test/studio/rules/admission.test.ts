import { describe, expect, it, onTestFinished } from 'vitest';
import { unwrap } from '../../../src/result.ts';
import type { SettingsChange } from '../../../src/studio/rules/keep-settings.ts';
import type { Asker } from '../../../src/studio/studio.ts';
import { hold } from '../../fakes/engine.ts';
import { request, type Scene, scene } from '../scene.ts';

const ada: Asker = { user: 'ada', administrator: false, roles: ['r1', 'r2'], channel: 'c1' };
const boss: Asker = { user: 'boss', administrator: true, roles: [], channel: 'c1' };
const painters = { id: 'r2', name: 'painters' };
const teachers = { id: 'r9', name: 'teachers' };
const studioRoom = { id: 'c1', name: 'studio' };
const lounge = { id: 'c2', name: 'lounge' };

async function sceneWith(change: Partial<ReturnType<SettingsChange>>): Promise<Scene> {
  const made = await scene();
  unwrap(await made.studio.changeSettings('a', (now) => ({ ...now, ...change })));
  return made;
}

async function teachAs({ studio }: Scene, by: Asker, change = {}) {
  const lesson = { ...(await request({ user: by.user, ...change })), by };
  const { pictures: _, ...before } = lesson;
  const asked = await studio.mayTeach('a', before);
  const done = await studio.teach('a', lesson);
  expect(asked.ok ? undefined : asked.problem).toEqual(done.ok ? undefined : done.problem);
  return done.ok ? 'taught' : done.problem.message;
}

async function imagineAs({ studio }: Scene, by: Asker, prompt = 'a dog', negativePrompt = '') {
  const asked = await studio.mayImagine('a', { prompt, negativePrompt, by });
  const done = await studio.imagine('a', { prompt, negativePrompt, by });
  expect(asked.ok ? undefined : asked.problem).toEqual(done.ok ? undefined : done.problem);
  return done.ok ? 'drawn' : done.problem.message;
}

describe('who may teach', () => {
  it('is everyone where nobody chose', async () => {
    expect(await teachAs(await scene(), { user: 'ben', administrator: false })).toBe('taught');
  });

  it('is administrators where they alone may', async () => {
    const made = await sceneWith({ teachers: 'administrators', roles: [painters] });
    expect(await teachAs(made, ada)).toBe('On this server only administrators may teach. Ask one of them.');
    expect(made.engine.teaches).toEqual([]);
    expect(await teachAs(made, boss)).toBe('taught');
    expect(await imagineAs(made, ada)).toBe('drawn');
  });

  it('is those with one of the roles, where roles are named, and administrators', async () => {
    const made = await sceneWith({ teachers: 'roles', roles: [teachers, painters] });
    expect(await teachAs(made, ada)).toBe('taught');
    for (const roles of [['r1'], [], undefined]) {
      const { roles: _, ...rest } = ada;
      expect(await teachAs(made, { ...rest, ...(roles && { roles }) })).toMatch(
        /: @teachers, @painters\. Ask/,
      );
    }
    expect(await teachAs(made, boss)).toBe('taught');
    expect(made.engine.teaches).toHaveLength(2);
  });

  it('is administrators alone as long as no role is named', async () => {
    const made = await sceneWith({ teachers: 'roles' });
    expect(await teachAs(made, ada)).toMatch(/only administrators/);
  });
});

describe('a member who is blocked', () => {
  it('neither teaches nor draws nor uses anything else, whatever they are called by now, and others do', async () => {
    const made = await sceneWith({ blocked: [{ id: 'ada', name: 'Ada' }] });
    const sentence =
      'An administrator of this server has decided that you may not use me here. Ask one of them.';
    expect([await teachAs(made, ada), await imagineAs(made, ada)]).toEqual([sentence, sentence]);
    expect(await made.studio.mayBeUsed('a', ada)).toMatchObject({ problem: { code: 'not-allowed' } });
    expect([made.engine.teaches, made.engine.drawings]).toEqual([[], []]);
    expect(await imagineAs(made, { ...ada, user: 'Ada' })).toBe('drawn');
    expect(await made.studio.mayBeUsed('b', ada)).toMatchObject({ ok: true });
  });

  it('is no administrator, who could let themselves in again', async () => {
    const made = await sceneWith({ blocked: [{ id: 'boss', name: 'Boss' }] });
    expect([await teachAs(made, boss), await imagineAs(made, boss)]).toEqual(['taught', 'drawn']);
  });
});

describe('a channel', () => {
  it('that is not among those named is none to teach or draw in, for administrators neither', async () => {
    const made = await sceneWith({ channels: [lounge] });
    for (const by of [ada, boss]) {
      const sentence = 'On this server I may be used in #lounge only: go there, or ask an administrator.';
      expect(await teachAs(made, by)).toBe(sentence);
      expect(await imagineAs(made, by)).toBe(sentence);
      expect(await made.studio.mayBeUsed('a', by)).toMatchObject({ problem: { message: sentence } });
    }
    expect([made.engine.teaches, made.engine.drawings]).toEqual([[], []]);
  });

  it('that is named is one, and so is a platform without any', async () => {
    const made = await sceneWith({ channels: [lounge, studioRoom] });
    const { channel: _, ...nowhere } = ada;
    expect([await imagineAs(made, ada), await imagineAs(made, nowhere)]).toEqual(['drawn', 'drawn']);
    expect((await made.studio.mayBeUsed('a', ada)).ok).toBe(true);
  });
});

describe('a refused word', () => {
  it('keeps a prompt, a class word, a label and a description from the engine, and says which it is', async () => {
    const made = await sceneWith({ words: ['gore'] });
    const sentence = 'This server does not allow the word “gore”. Say it without.';
    expect(await imagineAs(made, boss, 'a dog, GORE')).toBe(sentence);
    expect(await teachAs(made, ada, { classWord: 'gore' })).toBe(sentence);
    expect(await teachAs(made, ada, { label: 'gore' })).toBe(sentence);
    expect(await teachAs(made, ada, { description: 'with gore' })).toBe(sentence);
    expect([made.engine.teaches, made.engine.drawings]).toEqual([[], []]);
  });

  it('may stand among what is to be kept out of a picture', async () => {
    const made = await sceneWith({ words: ['gore'] });
    expect(await imagineAs(made, ada, 'a dog', 'gore')).toBe('drawn');
  });

  it('keeps a concept from being called so', async () => {
    const made = await sceneWith({ words: ['gore'] });
    await made.taught('a', 'dog');
    expect(await made.studio.rename('a', '<new1>', 'Gore')).toMatchObject({
      problem: { code: 'not-allowed' },
    });
    expect((await made.studio.concepts('a'))[0]!.label).toBe('dog');
    unwrap(await made.studio.rename('a', '<new1>', 'Gorelik'));
  });
});

describe('the number of concepts', () => {
  it('is not gone beyond, those being learnt included, until one is forgotten', async () => {
    const made = await scene();
    const { studio, engine } = made;
    unwrap(await studio.changeSettings('a', (now) => ({ ...now, quotas: { ...now.quotas, concepts: 2 } })));
    await made.taught('a', 'dog');
    const { letGo } = hold(engine, 'onTeach');
    const second = studio.teach('a', await request());
    await expect.poll(() => engine.teaches.length).toBe(2);
    expect(await teachAs(made, ada)).toMatch(/^This server has 2 concepts.*may have 2\. \/forget one first/);
    letGo();
    unwrap(await second);
    expect(await teachAs(made, boss)).toMatch(/^This server has 2 concepts/);
    unwrap(await studio.forget('a', '<new1>'));
    expect(await teachAs(made, ada)).toBe('taught');
    unwrap(await studio.teach('b', await request()));
  });
});

describe('the number of concepts of a server of several bots', () => {
  /** Two bots on one store, where a server may have so many concepts, and a lesson of the first that goes on until it is let go. */
  async function twoBots(concepts: number) {
    const { store, engine } = await scene();
    const { ledger, records } = store;
    const bot = async () => (await scene({ store: store.concepts, records, ledger, engine })).studio;
    const [first, second] = [await bot(), await bot()];
    unwrap(await first.changeSettings('a', (now) => ({ ...now, quotas: { ...now.quotas, concepts } })));
    const { letGo } = hold(engine, 'onTeach');
    onTestFinished(letGo);
    await ledger.write('a', 'job1', { order: { at: 1 } });
    const lesson = first.teach('a', await request(), { job: 'job1' });
    await expect.poll(() => engine.teaches.length).toBe(1);
    const mayTeach = async (studio: Scene['studio']) => {
      const { pictures: _, ...asked } = await request();
      const may = await studio.mayTeach('a', asked);
      return may.ok ? 'may' : may.problem.message;
    };
    return { ledger, first, second, lesson, letGo, mayTeach };
  }

  it('has those that are being learnt by another in it', async () => {
    const { second, mayTeach } = await twoBots(1);
    expect(await mayTeach(second)).toMatch(/^This server has 1 concept.*may have 1\./);
    expect(await second.teach('a', await request())).toMatchObject({ problem: { code: 'not-allowed' } });
  });

  it('has each of them once, while it is learnt and when it is stored and not answered yet', async () => {
    const { first, second, lesson, letGo, mayTeach } = await twoBots(2);
    for (const studio of [first, second]) expect(await mayTeach(studio)).toBe('may');
    letGo();
    unwrap(await lesson);
    for (const studio of [first, second]) expect(await mayTeach(studio)).toBe('may');
  });

  it('has none that was given up', async () => {
    const { ledger, second, mayTeach } = await twoBots(1);
    await ledger.write('a', 'job1', { dead: { at: 1, reason: 'No engine.' } });
    expect(await mayTeach(second)).toBe('may');
  });
});

describe('what is asked for on a server', () => {
  it('does not wait while it is looked whether another may be taught', async () => {
    const { store } = await scene();
    const late = Promise.withResolvers<void>();
    onTestFinished(() => late.resolve());
    const inventory = async (server: string) => {
      if (server === 'a') await late.promise;
      return store.concepts.inventory(server);
    };
    const { studio } = await scene({ store: { ...store.concepts, inventory } });
    const lesson = studio.teach('a', await request());
    unwrap(await studio.imagine('b', { prompt: 'a dog', by: ada }));
    late.resolve();
    unwrap(await lesson);
  });
});
