import nodeFiles from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { failure, success, unwrap } from '../../src/result.ts';
import { engineDown, hold } from '../fakes/engine.ts';
import { decoded, jpeg, request, scene } from './scene.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('a teach', () => {
  it('gives a token, stores what was measured, and shows a sheet', async () => {
    const { studio, store } = await scene();
    const { concept, sheet, samples, notes } = unwrap(
      await studio.teach(
        'a',
        await request({ classWord: ' Dog ', label: 'Rex', description: 'a brown dog' }),
      ),
    );
    expect(concept).toMatchObject({
      ...{
        token: '<new1>',
        number: 1,
        classWord: 'Dog',
        kind: 'subject',
        label: 'Rex',
        description: 'a brown dog',
      },
      ...{ taughtBy: 'user 1', model: 'model-1' },
      numbers: {
        neurons: 13,
        share: 0.0013,
        overlap: 0.4,
        seconds: 40,
        steps: 300,
        lossFirst: 0.06,
        lossLast: 0.04,
        pictures: 2,
      },
    });
    expect(await studio.concepts('a')).toEqual([concept]);
    expect(unwrap(await store.concepts.readBlob(concept.blob))).toEqual(
      Buffer.from('weights of <new1>, 2 pictures, cns subject Dog'),
    );
    expect(unwrap(await studio.sample('a', '<new1>'))).toEqual(Buffer.from(sheet));
    expect((await decoded(sheet)).format).toBe('png');
    expect(samples).toHaveLength(2);
    expect(notes).toEqual([]);
  });

  it('hands the engine pictures of the model’s size, for it to look at, and every earlier concept', async () => {
    const { studio, engine, store, taught } = await scene({ teachSteps: 17 });
    const first = await taught('a', 'lighthouse');
    unwrap(await studio.teach('a', await request({ kind: 'style', classWord: 'pencil' })));
    expect(engine.teaches[1]).toMatchObject({
      ...{
        kind: 'teach',
        model: 'folder',
        token: '<new2>',
        classWord: 'pencil',
        conceptKind: 'style',
        steps: 17,
      },
      concepts: [{ token: '<new1>', path: store.concepts.blobPath(first.blob), sha256: first.blob }],
    });
    const { pictures, captions } = engine.teaches[1]!;
    expect(pictures.map(({ width, height, rgb }) => [width, height, rgb.length])).toEqual([
      [64, 64, 12288],
      [64, 64, 12288],
    ]);
    expect(captions).toEqual([[], []]);
  });

  it('is by the method chosen for its server, which the concept’s record names', async () => {
    const { studio, engine, taught } = await scene({
      methodOf: (server) => (server === 'b' ? 'mix-of-show' : 'c-lora'),
    });
    const { engine: plainEngine, taught: plainTaught } = await scene();
    const methods = [await taught('a', 'dog'), await taught('b', 'dog'), await plainTaught('a', 'dog')];
    expect(methods.map(({ method }) => method)).toEqual(['c-lora', 'mix-of-show', 'cns']);
    expect([...engine.teaches, ...plainEngine.teaches].map(({ method }) => method)).toEqual([
      'c-lora',
      'mix-of-show',
      'cns',
    ]);
    expect((await studio.concepts('b')).map(({ method }) => method)).toEqual(['mix-of-show']);
  });

  it('without neurons to choose stores no overlap', async () => {
    const { studio, engine } = await scene();
    const { onTeach } = engine;
    engine.onTeach = async (task, options) => {
      const { overlap: _, ...outcome } = unwrap(await onTeach(task, options));
      return success(outcome);
    };
    unwrap(await studio.teach('a', await request()));
    const [concept] = await studio.concepts('a');
    expect(Object.keys(concept?.numbers ?? {})).not.toContain('overlap');
  });

  it('waits for the earlier ones of its server, and knows what they taught', async () => {
    const { studio, engine } = await scene();
    const teaches = ['dog', 'hat', 'horse'].map(async (classWord) =>
      studio.teach('a', await request({ classWord })),
    );
    const concepts = (await Promise.all(teaches)).map((taught) => unwrap(taught).concept.token);
    expect(concepts.sort()).toEqual(['<new1>', '<new2>', '<new3>']);
    expect(engine.teaches.map((task) => task.concepts.map(({ token }) => token))).toEqual([
      [],
      ['<new1>'],
      ['<new1>', '<new2>'],
    ]);
  });

  it('says that it waits, and behind how many', async () => {
    const { studio, engine } = await scene();
    const { letGo } = hold(engine, 'onTeach');
    const first = studio.teach('a', await request());
    const heard: unknown[] = [];
    const second = studio.teach('a', await request(), {
      onProgress(progress) {
        heard.push(progress);
        letGo();
      },
    });
    expect(await Promise.all([first, second])).toMatchObject([{ ok: true }, { ok: true }]);
    expect(heard).toEqual([{ phase: 'waiting', step: 0, steps: 0, ahead: 1 }]);
  });

  it('lets go of the files that were sent before its turn comes, and asks for none where nothing may be taught', async () => {
    const { studio, engine } = await scene();
    const { letGo } = hold(engine, 'onTeach');
    const first = studio.teach('a', await request());
    const heard: string[] = [];
    const { pictures, ...lesson } = await request();
    const asked = {
      ...lesson,
      pictures: () => {
        heard.push('fetched');
        return pictures();
      },
      onRead: () => void heard.push('read'),
    };
    const second = studio.teach('a', asked, {
      onProgress({ phase }) {
        heard.push(phase);
        letGo();
      },
    });
    await Promise.all([first, second]);
    expect(heard).toEqual(['fetched', 'read', 'waiting']);
    await studio.changeSettings('a', (now) => ({ ...now, words: ['dog'] }));
    expect(await studio.teach('a', asked)).toMatchObject({ problem: { code: 'not-allowed' } });
    expect(heard).toHaveLength(3);
  });

  it('says that the pictures are described for as long as that takes', async () => {
    const phases: string[] = [];
    let during: readonly string[] = [];
    const captioner = {
      async caption() {
        during = [...phases];
        return { captions: [['a <new1> dog'], ['a <new1> dog']] };
      },
    };
    const { studio } = await scene({ captioner });
    unwrap(await studio.teach('a', await request(), { onProgress: ({ phase }) => phases.push(phase) }));
    expect(during).toEqual(['captioning']);
  });

  it('passes the captioner’s note and the pictures’ on', async () => {
    const captioner = {
      caption: async () => ({ captions: [['a <new1> dog'], ['a <new1> dog']], note: 'Captions by hand.' }),
    };
    const { studio } = await scene({ captioner });
    expect(unwrap(await studio.teach('a', await request())).notes).toEqual(['Captions by hand.']);
  });
});

it('a teach tells how the pictures were described and what was left out, and keeps the concept’s record as it is', async () => {
  const { studio, engine } = await scene();
  const { onTeach } = engine;
  const captions = ['a <new1> dog in the snow', 'a <new1> dog', 'a <new1> dog'];
  engine.onTeach = async (task, options) =>
    success({ ...unwrap(await onTeach(task, options)), captions, captionsLeftOut: 1 });
  const { notes } = unwrap(await studio.teach('a', await request({ description: 'in the park' })));
  expect(notes).toEqual([
    'The pictures were described as “a <new1> dog in the snow”, “a <new1> dog”.',
    expect.stringMatching(/^1 caption is longer than the model reads, with <new1> /),
  ]);
  expect(await studio.concepts('a')).toHaveLength(1);
});

const picture = await jpeg(80, 80);

describe('a teach that is not right', () => {
  it.each([
    ['no picture', { pictures: [] }, 'invalid-picture', 'No picture'],
    [
      'seven pictures',
      { pictures: Array.from({ length: 7 }, () => picture) },
      'invalid-picture',
      '7 pictures',
    ],
    ['a text file', { pictures: [picture, bytes('hello')] }, 'invalid-picture', 'Picture 2'],
    ['half a JPEG', { pictures: [picture.subarray(0, picture.length / 2)] }, 'invalid-picture', 'damaged'],
    ['no class word', { classWord: ' ' }, 'invalid-option', 'class word'],
    ['an endless class word', { classWord: 'x'.repeat(2000) }, 'invalid-option', 'class word'],
    ['a token for a class word', { classWord: '<new1>' }, 'invalid-option', 'class word'],
    ['an endless label', { label: 'x'.repeat(100) }, 'invalid-option', 'label'],
    ['an endless description', { description: 'x'.repeat(1000) }, 'invalid-option', 'description'],
  ])('is refused with a sentence and changes nothing: %s', async (_, change, code, words) => {
    const { studio, engine, store } = await scene();
    expect(await studio.teach('a', await request(change))).toMatchObject({
      ok: false,
      problem: { code, message: expect.stringContaining(words) },
    });
    expect(engine.teaches).toEqual([]);
    expect(await store.concepts.reserveNumber('a')).toBe(1);
  });
});

describe('a teach that fails', () => {
  it('because the engine is down stores nothing, and the next one works', async () => {
    const { studio, engine } = await scene();
    const { model, onTeach } = engine;
    engine.model = engineDown;
    expect(await studio.teach('a', await request())).toEqual(engineDown);
    engine.model = model;
    engine.onTeach = async () => engineDown;
    expect(await studio.teach('a', await request())).toEqual(engineDown);
    expect(await studio.concepts('a')).toEqual([]);
    engine.onTeach = onTeach;
    expect(await studio.teach('a', await request())).toMatchObject({ ok: true });
  });

  it('because it was cancelled stores nothing, however late', async () => {
    const { studio, engine } = await scene();
    const { onTeach } = engine;
    const controller = new AbortController();
    engine.onTeach = async (_, { signal }) => {
      controller.abort();
      return failure('cancelled', signal?.aborted ? 'heard' : 'not heard');
    };
    const options = { signal: controller.signal };
    expect(await studio.teach('a', await request(), options)).toMatchObject({
      problem: { message: 'heard' },
    });
    const late = new AbortController();
    engine.onTeach = async (task, taskOptions) => {
      late.abort();
      return onTeach(task, taskOptions);
    };
    expect(await studio.teach('a', await request(), { signal: late.signal })).toMatchObject({
      problem: { code: 'cancelled' },
    });
    expect(await studio.concepts('a')).toEqual([]);
  });

  it('because the disk is full says so and leaves what was there', async () => {
    let full = false;
    const files = {
      ...nodeFiles,
      async open(...args: Parameters<typeof nodeFiles.open>) {
        if (full) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
        return nodeFiles.open(...args);
      },
    };
    const { studio, taught } = await scene({}, { files });
    const kept = await taught('a', 'dog');
    full = true;
    expect(await studio.teach('a', await request())).toMatchObject({
      problem: { code: 'storage-full', message: expect.stringContaining('free some space') },
    });
    expect(await studio.concepts('a')).toEqual([kept]);
    full = false;
    expect((await taught('a', 'hat')).number).toBeGreaterThan(1);
  });
});

describe('servers', () => {
  it('have tokens of their own and learn beside each other', async () => {
    const { studio, engine, taught } = await scene();
    const concepts = [await taught('a', 'dog'), await taught('b', 'cat')];
    expect(concepts.map(({ token }) => token)).toEqual(['<new1>', '<new1>']);
    expect(engine.teaches[1]!.concepts).toEqual([]);
    unwrap(await studio.forget('b', '<new1>'));
    expect(await studio.concepts('a')).toEqual([concepts[0]]);
  });
});
