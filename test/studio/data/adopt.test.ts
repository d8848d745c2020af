import { rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { failure, success, unwrap } from '../../../src/result.ts';
import type { Progress } from '../../../src/studio/studio.ts';
import { decoded, type Scene, scene } from '../scene.ts';

const weights = new TextEncoder().encode('weights of something');
const embedding = new TextEncoder().encode('its embedding');
const request = { user: 'ada', files: [weights] };

const brought = async ({ studio }: Scene, server = 'a', change: object = {}) =>
  unwrap(await studio.importFiles(server, { ...request, ...change }));

describe('files of a single concept', () => {
  it('become the next concept, with samples and what there is to know, beside those that are known', async () => {
    const home = await scene();
    const dog = await home.taught('a', 'dog');
    const files = [weights, embedding];
    const { concepts, notes, sheet, entries } = await brought(home, 'a', {
      files,
      classWord: ' cat ',
      kind: 'style',
    });
    expect([notes, entries]).toEqual([['It lost a little.'], []]);
    const [cat] = concepts;
    expect(cat).toMatchObject({
      token: '<new2>',
      classWord: 'cat',
      kind: 'style',
      label: 'cat',
      taughtBy: 'ada',
      model: 'model-1',
      method: 'cns',
      broughtIn: true,
      numbers: { neurons: 7, share: 0.0007, pictures: 0 },
    });
    expect(await home.studio.concepts('a')).toEqual([dog, cat]);
    expect(unwrap(await home.studio.sample('a', '<new2>'))).toEqual(Buffer.from(sheet!));
    expect(await decoded(sheet!)).toMatchObject({ format: 'png' });
    const [task] = home.engine.adoptions;
    expect(task).toMatchObject({ files, token: '<new2>', classWord: 'cat', conceptKind: 'style', seed: 2 });
    expect(task!.concepts.map(({ token }) => token)).toEqual(['<new1>']);
    expect(await home.studio.concepts('b')).toEqual([]);
  });

  it('are shown as the server has flagged pictures shown, and it is said how many there were', async () => {
    const home = await scene();
    home.engine.onAdopt = (
      (given) => async (task, options) =>
        success({ ...unwrap(await given(task, options)), flagged: 1 })
    )(home.engine.onAdopt);
    unwrap(await home.studio.changeSettings('a', (now) => ({ ...now, flagged: 'blur' })));
    const { notes } = await brought(home);
    expect(home.engine.adoptions.map(({ flagged }) => flagged)).toEqual(['blur']);
    expect(notes).toEqual(['It lost a little.', expect.stringContaining('1 of 1 blurred')]);
  });

  it('say themselves what they are, and may be given a name', async () => {
    const home = await scene();
    const { concepts } = await brought(home, 'a', { label: 'Rex\n the dog' });
    expect(concepts).toMatchObject([{ classWord: 'dog', kind: 'subject', label: 'Rex the dog' }]);
    expect(home.engine.adoptions[0]).not.toHaveProperty('classWord');
  });

  it('can be drawn with, renamed, exported and taken along as what was taught', async () => {
    const home = await scene();
    await brought(home);
    unwrap(await home.studio.rename('a', '<new1>', 'Rex'));
    await home.studio.imagine('a', { prompt: 'a <new1> dog' });
    expect(home.engine.drawings.at(-1)?.concepts.map(({ token }) => token)).toEqual(['<new1>']);
    const { bytes } = unwrap(await home.studio.exportServer('a'));
    const other = await scene();
    unwrap(await other.studio.importFiles('b', { user: 'ben', files: [bytes] }));
    expect(await other.studio.concepts('b')).toMatchObject([
      { label: 'Rex', broughtIn: true, taughtBy: 'ada' },
    ]);
  });

  it('tell how far they are, and leave nothing where they are stopped', async () => {
    const home = await scene();
    const stop = new AbortController();
    const told: Progress[] = [];
    home.engine.onAdopt = ((given) => async (task, options) => {
      options.onProgress?.({ phase: 'checking', step: 0, steps: 0 });
      stop.abort();
      return given(task, options);
    })(home.engine.onAdopt);
    const options = { signal: stop.signal, onProgress: (progress: Progress) => void told.push(progress) };
    expect(await home.studio.importFiles('a', request, options)).toMatchObject({
      problem: { code: 'cancelled' },
    });
    expect(told.map(({ phase }) => phase)).toEqual(['checking']);
    expect(await home.studio.concepts('a')).toEqual([]);
  });
});

const allow = async ({ studio }: Scene, concepts: number) =>
  unwrap(await studio.changeSettings('a', (now) => ({ ...now, quotas: { ...now.quotas, concepts } })));

describe('nothing is brought in', () => {
  const refused = async (home: Scene, change: object, problem: object) => {
    const before = await home.studio.concepts('a');
    expect(await home.studio.importFiles('a', { ...request, ...change })).toMatchObject({ problem });
    expect(await home.studio.concepts('a')).toEqual(before);
  };

  it('that the engine refuses, with its reason', async () => {
    const home = await scene();
    home.engine.onAdopt = async () =>
      failure('invalid-file', 'This file cannot be brought in: it is a picture.');
    await refused(home, {}, { code: 'invalid-file', message: expect.stringContaining('it is a picture') });
  });

  it('under a class word that nobody could have typed, whoever says it', async () => {
    const home = await scene();
    await refused(home, { classWord: '<new9>' }, { code: 'invalid-option' });
    home.engine.onAdopt = (
      (given) => async (task, options) =>
        success({ ...unwrap(await given(task, options)), classWord: 'a <new9> dog\u202e' })
    )(home.engine.onAdopt);
    await refused(home, {}, { code: 'invalid-file', message: expect.stringContaining('/import class:dog') });
  });

  it('over what the server may have, or larger than a concept can be', async () => {
    const home = await scene();
    await home.taught('a', 'dog');
    await allow(home, 1);
    await refused(home, {}, { code: 'not-allowed', message: expect.stringMatching(/may have 1/) });
    await allow(home, 2);
    const huge = new Uint8Array(256 * 2 ** 20 + 1);
    await refused(home, { files: [huge, huge] }, { code: 'invalid-file' });
    expect(home.engine.adoptions).toEqual([]);
  });

  it('beside a concept whose weights cannot be read, which the new one might take', async () => {
    const home = await scene();
    const dog = await home.taught('a', 'dog');
    await rm(home.store.concepts.blobPath(dog.blob));
    await refused(home, {}, { code: 'storage-corrupt' });
  });

  it('while something is taught, and nothing is taught meanwhile', async () => {
    const home = await scene();
    let during: unknown;
    home.engine.onAdopt = ((given) => async (task, options) => {
      during = await home.studio.teach('a', {} as never);
      return given(task, options);
    })(home.engine.onAdopt);
    await brought(home);
    expect(during).toMatchObject({ problem: { code: 'not-allowed' } });
  });
});
