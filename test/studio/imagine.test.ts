import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { failure, success, unwrap } from '../../src/result.ts';
import { jobsFor } from '../../src/studio/create.ts';
import type { ImagineRequest } from '../../src/studio/studio.ts';
import { engineDown, grey, hold } from '../fakes/engine.ts';
import { decoded, request, scene } from './scene.ts';

describe('an imagine', () => {
  it('draws with all of the server’s concepts, named or not, and of no other’s', async () => {
    const { studio, engine, taught } = await scene();
    const concepts = [await taught('a', 'dog'), await taught('a', 'hat')];
    await taught('b', 'cat');
    unwrap(await studio.imagine('a', { prompt: 'a <new1> dog' }));
    expect(engine.drawings[0]!.concepts.map(({ sha256 }) => sha256)).toEqual(
      concepts.map(({ blob }) => blob),
    );
  });

  it('says what it drew, with a seed that draws it again', async () => {
    const { studio, engine } = await scene();
    const drawn = unwrap(
      await studio.imagine('a', { prompt: '  a dog\n in the park ', steps: 12, guidanceScale: 3 }),
    );
    expect(drawn).toMatchObject({
      prompt: 'a dog in the park',
      steps: 12,
      guidanceScale: 3,
      seconds: 1.5,
      notes: [],
    });
    expect(engine.drawings[0]).toMatchObject({
      steps: 12,
      guidanceScale: 3,
      negativePrompt: '',
      count: 1,
      seed: drawn.seed,
    });
    expect(drawn.seed).toBeLessThan(2 ** 32);
    const again = unwrap(
      await studio.imagine('a', {
        prompt: 'a dog in the park',
        seed: drawn.seed,
        steps: 12,
        guidanceScale: 3,
      }),
    );
    expect(again.pictures).toEqual(drawn.pictures);
  });

  it('gives pictures as PNG for people to see, and a grid of more than one', async () => {
    const { studio } = await scene();
    const one = unwrap(await studio.imagine('a', { prompt: 'x', seed: 1 }));
    expect(one.grid).toBeUndefined();
    expect(await decoded(one.pictures[0]!)).toEqual({ format: 'png', width: 256, height: 256 });
    const four = unwrap(await studio.imagine('a', { prompt: 'x', seed: 1, count: 4 }));
    expect(four.pictures).toHaveLength(4);
    expect((await decoded(four.grid!)).width).toBeGreaterThan(512);
  });

  it('takes what is done with flagged pictures from the settings, and says how many there were', async () => {
    const { studio, engine } = await scene();
    engine.onImagine = async () => success({ images: [grey(1), grey(2)], seconds: 1, flagged: 1 });
    const first = unwrap(await studio.imagine('a', { prompt: 'a dog', count: 2 }));
    unwrap(await studio.changeSettings('a', (now) => ({ ...now, flagged: 'blur' })));
    const second = unwrap(await studio.imagine('a', { prompt: 'a dog', count: 2 }));
    expect(engine.drawings.map(({ flagged }) => flagged)).toEqual(['block', 'blur']);
    expect([...first.notes, ...second.notes]).toEqual([
      expect.stringContaining('1 of 2 covered'),
      expect.stringContaining('1 of 2 blurred'),
    ]);
  });

  it('draws as the model draws best where neither the request nor the installation says', async () => {
    const { studio, engine } = await scene();
    if (engine.model.ok)
      engine.model = success({ ...engine.model.value, drawing: { steps: 4, guidanceScale: 1 } });
    unwrap(await studio.imagine('a', { prompt: 'a dog' }));
    unwrap(await studio.imagine('a', { prompt: 'a dog', steps: 9 }));
    expect(engine.drawings.map(({ steps, guidanceScale }) => [steps, guidanceScale])).toEqual([
      [4, 1],
      [9, 1],
    ]);
  });

  it('understands a token however it was typed', async () => {
    const { studio, engine, taught } = await scene();
    await taught('a', 'dog');
    unwrap(await studio.imagine('a', { prompt: 'A < New 01 > dog', negativePrompt: '<NEW1>' }));
    expect(engine.drawings[0]).toMatchObject({ prompt: 'A <new1> dog', negativePrompt: '<new1>' });
  });

  it('says what of a long prompt was not drawn', async () => {
    const { studio, engine } = await scene();
    engine.onImagine = async () => success({ images: [grey(1)], seconds: 1, ignoredText: 'with a red hat' });
    expect(unwrap(await studio.imagine('a', { prompt: 'x' })).notes).toEqual([
      expect.stringContaining('“with a red hat”'),
    ]);
  });

  it('says what of a long negative prompt was not kept out, and when one does nothing', async () => {
    const { studio, engine } = await scene();
    const { onImagine } = engine;
    engine.onImagine = async () => success({ images: [grey(1)], seconds: 1, ignoredNegative: 'a red hat' });
    const notesOf = async (change: Partial<ImagineRequest>) =>
      unwrap(await studio.imagine('a', { prompt: 'x', ...change })).notes;
    expect(await notesOf({ negativePrompt: 'snow' })).toEqual([
      expect.stringMatching(/^The negative prompt .*not kept out: “a red hat”/),
    ]);
    engine.onImagine = onImagine;
    expect(await notesOf({ negativePrompt: 'snow', guidanceScale: 1 })).toEqual([
      expect.stringMatching(/guidance 1 .*does nothing/),
    ]);
    expect(await notesOf({ negativePrompt: 'snow', guidanceScale: 1.5 })).toEqual([]);
    expect(await notesOf({ negativePrompt: ' ', guidanceScale: 1 })).toEqual([]);
  });

  it('does not wait for a teach', async () => {
    const { studio, engine } = await scene();
    const { begun, letGo } = hold(engine, 'onTeach');
    const teaching = studio.teach('a', await request());
    await begun;
    expect(await studio.imagine('a', { prompt: 'a dog' })).toMatchObject({ ok: true });
    letGo();
    expect(await teaching).toMatchObject({ ok: true });
  });
});

describe('an imagine that is not right', () => {
  it.each([
    ['no prompt', { prompt: ' \n ' }, 'prompt is empty'],
    ['an endless prompt', { prompt: 'x'.repeat(1001) }, '1,000 characters'],
    ['an endless negative prompt', { prompt: 'x', negativePrompt: 'x'.repeat(1001) }, '1,000 characters'],
    ['no pictures', { prompt: 'x', count: 0 }, 'count'],
    ['99 pictures', { prompt: 'x', count: 99 }, 'from 1 to 4'],
    ['half a picture', { prompt: 'x', count: 1.5 }, 'whole number'],
    ['a negative seed', { prompt: 'x', seed: -1 }, 'seed'],
    ['a seed of 33 bits', { prompt: 'x', seed: 2 ** 32 }, 'seed'],
    ['no steps', { prompt: 'x', steps: 0 }, 'steps'],
    ['101 steps', { prompt: 'x', steps: 101 }, 'steps'],
    ['guidance that is no number', { prompt: 'x', guidanceScale: Number.NaN }, 'guidance'],
    ['guidance over 20', { prompt: 'x', guidanceScale: 20.5 }, 'guidance'],
    ['guidance under 1', { prompt: 'x', guidanceScale: 0.5 }, 'guidance'],
  ])('is refused with a sentence: %s', async (_, wrong, words) => {
    const { studio, engine } = await scene();
    expect(await studio.imagine('a', wrong)).toMatchObject({
      ok: false,
      problem: { code: 'invalid-option', message: expect.stringContaining(words) },
    });
    expect(engine.drawings).toEqual([]);
  });

  it('because of an unknown token names those that there are', async () => {
    const { studio, engine, taught } = await scene();
    await taught('b', 'cat');
    expect(await studio.imagine('a', { prompt: 'a <new1> cat' })).toMatchObject({
      problem: { code: 'unknown-token', message: expect.stringContaining('/teach') },
    });
    await taught('a', 'dog');
    await taught('a', 'hat');
    for (const prompt of ['a <new3> dog', 'a <new0> dog', 'a <new99999999999999999999> dog']) {
      const answer = await studio.imagine('a', { prompt });
      expect(answer, prompt).toMatchObject({
        problem: { code: 'unknown-token', message: expect.stringContaining('<new1> dog, <new2> hat') },
      });
    }
    expect(engine.drawings).toEqual([]);
  });

  it('because its concept was forgotten while it waited is refused then', async () => {
    const { studio, engine, taught } = await scene({ limits: { running: { teach: 1, imagine: 1 } } });
    await taught('a', 'dog');
    const { onImagine } = engine;
    const starts = Promise.withResolvers<void>();
    const waits = Promise.withResolvers<void>();
    const forgotten = waits.promise.then(() => studio.forget('a', '<new1>'));
    engine.onImagine = async (task, options) => {
      starts.resolve();
      await forgotten;
      return onImagine(task, options);
    };
    const first = studio.imagine('a', { prompt: 'a dog' });
    await starts.promise;
    const second = studio.imagine('a', { prompt: 'a <new1> dog' }, { onProgress: () => waits.resolve() });
    expect(await first).toMatchObject({ ok: true });
    expect(await second).toMatchObject({ problem: { code: 'unknown-token' } });
  });

  it('because its concept was forgotten before the engine read it is refused; one of others is drawn', async () => {
    const { studio, engine, taught } = await scene();
    const { onImagine } = engine;
    const lost = failure('storage-corrupt', 'The stored weights are damaged.');
    for (const [prompt, expected] of [
      ['a dog', { ok: true, value: { notes: [] } }],
      ['a <new2> dog', { problem: { code: 'unknown-token' } }],
    ] as const) {
      const { token } = await taught('a', 'dog');
      engine.onImagine = async (task, options) => {
        if (task.concepts.length === 0) return onImagine(task, options);
        unwrap(await studio.forget('a', token));
        return lost;
      };
      expect(await studio.imagine('a', { prompt })).toMatchObject(expected);
    }
    await taught('a', 'hat');
    engine.onImagine = async () => lost;
    const before = engine.drawings.length;
    expect(await studio.imagine('a', { prompt: 'a dog' }), 'of files that did not change').toEqual(lost);
    expect(engine.drawings.length - before).toBe(1);
  });

  it('because the engine is down says so', async () => {
    const { studio, engine } = await scene();
    engine.model = engineDown;
    expect(await studio.imagine('a', { prompt: 'x' })).toEqual(engineDown);
  });
});

describe('a concept whose weights were damaged by hand', () => {
  it('is refused where it is named, left out with a note elsewhere, and can be forgotten', async () => {
    const { studio, engine, store, taught } = await scene();
    const [dog, hat] = [await taught('a', 'dog'), await taught('a', 'hat')];
    unwrap(await studio.imagine('a', { prompt: 'x' }));
    await writeFile(store.concepts.blobPath(dog.blob), 'rubbish');
    expect(await studio.imagine('a', { prompt: 'a <new1> dog' })).toMatchObject({
      problem: {
        code: 'storage-corrupt',
        message: expect.stringMatching(/<new1> dog is damaged.*\/forget <new1>/),
      },
    });
    const drawn = unwrap(await studio.imagine('a', { prompt: 'a <new2> hat' }));
    expect(drawn.notes).toEqual([expect.stringContaining('<new1> dog was left out')]);
    expect(engine.drawings.at(-1)!.concepts.map(({ token }) => token)).toEqual([hat.token]);
    expect(await studio.exportConcept('a', '<new1>')).toMatchObject({ problem: { code: 'storage-corrupt' } });
    unwrap(await studio.forget('a', '<new1>'));
    expect(unwrap(await studio.imagine('a', { prompt: 'a <new2> hat' })).notes).toEqual([]);
  });
});

describe('an imagine that came to a worker', () => {
  it('is drawn with the worker’s own model, and is no other task, whatever it says', async () => {
    const { engine, store } = await scene();
    const { imagine } = jobsFor({
      store: store.concepts,
      servers: store.servers,
      records: store.records,
      engine,
      model: 'its own',
    });
    const job = { kind: 'teach', model: 'elsewhere', checkpoint: { path: 'elsewhere', seconds: 0 } };
    const drawing = { negativePrompt: '', count: 1, seed: 1, steps: 2, guidanceScale: 3, prompt: 'a dog' };
    const context = { signal: new AbortController().signal, onProgress: () => {}, confirm: async () => 1 };
    unwrap(await imagine('a', { ...job, ...drawing }, { ...context, gotOn: async () => {} }));
    expect(engine.drawings).toMatchObject([{ kind: 'imagine', model: 'its own', ...drawing }]);
  });
});

describe('a concept taught on another base model', () => {
  it('is refused where it is named and is no part of other pictures', async () => {
    const { engine, store, taught } = await scene();
    engine.model = success({ ...unwrap(engine.model), id: 'model-0' });
    await taught('a', 'dog');
    const other = await scene({ store: store.concepts });
    expect(await other.studio.imagine('a', { prompt: 'a <new1> dog' })).toMatchObject({
      problem: { code: 'invalid-model', message: expect.stringContaining('another base model') },
    });
    unwrap(await other.studio.imagine('a', { prompt: 'a dog' }));
    expect(other.engine.drawings[0]!.concepts).toEqual([]);
  });
});
