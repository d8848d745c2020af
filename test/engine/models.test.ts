import { appendFile, rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Model } from '../../src/diffusion/model.ts';
import { createModels, type Models } from '../../src/engine/models.ts';
import type { ConceptRef } from '../../src/engine/protocol.ts';
import { encodeConcept } from '../../src/personalize/concept-file.ts';
import cns from '../../src/personalize/methods/cns.ts';
import { attempt } from '../../src/result.ts';
import { createRuntime } from '../../src/runtime/session.ts';
import { fixturePath } from '../onnx/files.ts';
import { madeUpConcept, plainHooks, tinyFolder } from '../personalize/tiny.ts';
import { conceptFiles } from './concept-files.ts';

let files: Awaited<ReturnType<typeof conceptFiles>>;
let models: Models;
let base: Model;
let first: ConceptRef;
let second: ConceptRef;

beforeAll(async () => {
  files = await conceptFiles();
  models = createModels(createRuntime({ threads: 1 }), new Map([['cns', cns]]));
  base = await models.base(tinyFolder);
  const names = base.heads.slice(0, 3).map(({ name }) => name);
  first = await files.write('<new1>', encodeConcept(madeUpConcept(base, 1, names)));
  second = await files.write('<new2>', encodeConcept(madeUpConcept(base, 2, names)));
});
afterAll(async () => {
  await base.release();
  await files.remove();
});

const taught = (refs: readonly ConceptRef[]) => models.taught(base, refs, plainHooks);

const codeOf = async (action: () => Promise<unknown>) => {
  const result = await attempt(action);
  return result.ok ? 'ok' : result.problem.code;
};

describe('the base model', () => {
  test('is opened once, also by two at the same time', async () => {
    const [one, other] = await Promise.all([models.base(tinyFolder), models.base(tinyFolder)]);
    expect([one === base, other === base]).toEqual([true, true]);
  });

  test('is tried again after it could not be opened', async () => {
    const missing = fixturePath('no-such-model');
    const [one, other] = [models.base(missing), models.base(missing)];
    expect(await codeOf(() => one)).toBe('invalid-model');
    expect(await codeOf(() => other)).toBe('invalid-model');
    expect(models.base(missing)).not.toBe(one);
    expect(await codeOf(() => models.base(missing))).toBe('invalid-model');
  });
});

describe("a server's model", () => {
  test('is the same object for the same concepts', async () => {
    const model = await taught([first, second]);
    expect(await taught([{ ...first }, { ...second }])).toBe(model);
  });

  test('is not shared with a server that has taught other things, but for what neither touched', async () => {
    const [one, other, none] = [await taught([first]), await taught([second]), await taught([])];
    expect(new Set([one, other, none]).size).toBe(3);
    const { length } = one.tokenizer.encode('<new1>');
    expect([length, other.tokenizer.encode('<new1>').length > length]).toEqual([3, true]);
    for (const [index, { name }] of base.heads.entries()) {
      const matrices = new Set([one, other, none].map(({ weights }) => weights.get(name)));
      expect([name, matrices.size]).toEqual([name, index < 3 ? 3 : 1]);
    }
    expect(none.weights.get(base.heads[0]?.name ?? '')).toBe(base.baseWeights.get(base.heads[0]?.name ?? ''));
  });

  test('is kept when files go, since they were read and checked', async () => {
    const gone = await files.write('<new4>', encodeConcept(madeUpConcept(base, 4, [])));
    const model = await taught([gone]);
    await rm(gone.path);
    expect(await taught([gone])).toBe(model);
  });
});

describe('memory for concepts', () => {
  test('holds what was used last, up to its bound; the rest is read again', async () => {
    const made = [1, 2, 3].map((nth) => madeUpConcept(base, nth, [base.heads[0]!.name]));
    const bytes = Math.max(
      ...made.map(({ heads, embedding }) => {
        const places = [...heads.values()].reduce((sum, { indices }) => sum + indices.length, 0);
        return 8 * places + embedding.byteLength;
      }),
    );
    // A third is for what was read: room for two of these three.
    const own = createModels(createRuntime(), new Map([['cns', cns]]), { conceptBytes: 3 * 2 * bytes });
    const refs = await Promise.all(
      made.map((concept) => files.write(concept.token, encodeConcept({ ...concept, classWord: 'cache' }))),
    );
    const [a, b, c] = refs as [ConceptRef, ConceptRef, ConceptRef];
    for (const ref of [a, b, a, c]) await own.concepts(base, [ref]);
    for (const { path } of refs) await rm(path);
    expect(await codeOf(() => own.concepts(base, [a]))).toBe('ok');
    expect(await codeOf(() => own.concepts(base, [c]))).toBe('ok');
    expect(await codeOf(() => own.concepts(base, [b]))).toBe('storage-corrupt');
  });
});

describe('memory for models of servers', () => {
  test('counts the weights that tokens have, which a model keeps when their concepts have made room', async () => {
    const concept = { ...madeUpConcept(base, 7, [base.heads[0]!.name]), following: 1 };
    const ref = await files.write(concept.token, encodeConcept(concept));
    const [{ indices } = { indices: [] }] = [...concept.heads.values()];
    const beside = 1024 + 4 * (indices.length + base.embeddings.width);
    const kept = async (bytes: number) => {
      // Two thirds are for them.
      const own = createModels(createRuntime(), new Map([['cns', cns]]), { conceptBytes: 1.5 * bytes });
      const model = await own.taught(base, [ref], plainHooks);
      return (await own.taught(base, [ref], plainHooks)) === model;
    };
    expect(await kept(beside + 4 * indices.length)).toBe(true);
    expect(await kept(beside + 3 * indices.length)).toBe(false);
  });
});

describe('a concept file', () => {
  test('that was changed is refused by its hash', async () => {
    const ref = await files.write('<new5>', encodeConcept(madeUpConcept(base, 5, [])));
    await appendFile(ref.path, 'x');
    expect(await codeOf(() => taught([ref]))).toBe('storage-corrupt');
    expect(await codeOf(() => models.concepts(base, [first, ref]))).toBe('storage-corrupt');
  });

  test('that is missing is refused, and the token is named', async () => {
    const result = await attempt(() => taught([{ ...first, sha256: 'f'.repeat(64), path: '/nowhere' }]));
    expect(result).toMatchObject({
      problem: { code: 'storage-corrupt', message: expect.stringContaining('<new1>') },
    });
  });

  test('that was taught on another model is refused', async () => {
    const foreign = { ...madeUpConcept(base, 6, []), model: 'another' };
    const ref = await files.write('<new6>', encodeConcept(foreign));
    const result = await attempt(() => taught([ref]));
    expect(result).toMatchObject({
      problem: { code: 'invalid-file', message: expect.stringContaining('another base model') },
    });
  });

  test('of a method that there is not, or that does not fuse what it holds, is refused', async () => {
    const [head] = base.heads;
    if (!head) throw new Error('no head');
    const deltas = new Map([[head.name, { whole: new Float32Array(head.inFeatures * head.outFeatures) }]]);
    const wrong = [
      { ...madeUpConcept(base, 8, []), method: 'dreambooth' },
      { ...madeUpConcept(base, 8, []), deltas },
    ];
    for (const concept of wrong) {
      const ref = await files.write('<new8>', encodeConcept(concept));
      const result = await attempt(() => taught([ref]));
      expect(result).toMatchObject({
        problem: { code: 'invalid-file', message: expect.stringContaining('<new8> was taught by a method') },
      });
    }
  });

  test('that is no concept is refused', async () => {
    const ref = await files.write('<new7>', Uint8Array.of(1, 2, 3));
    expect(await codeOf(() => taught([ref]))).toBe('invalid-file');
  });
});
