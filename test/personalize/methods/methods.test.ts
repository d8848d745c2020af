import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { embedForHeads, textSideOf } from '../../../src/diffusion/layered-text.ts';
import type { Model } from '../../../src/diffusion/model.ts';
import type { TaughtModel } from '../../../src/diffusion/taught-model.ts';
import { methodNames } from '../../../src/method-names.ts';
import { compose } from '../../../src/personalize/compose.ts';
import { type ConceptWeights, decodeConcept, encodeConcept } from '../../../src/personalize/concept-file.ts';
import { loadMethods } from '../../../src/personalize/methods.ts';
import { raise } from '../../../src/result.ts';
import type { SafetensorsContent } from '../../../src/safetensors.ts';
import { bits, openTiny, plainHooks, tinyLesson } from '../tiny.ts';
import { small, smallMethods, taughtBy } from './small.ts';

let base: Model;
let before: ReadonlyMap<string, Uint32Array>;
beforeAll(async () => {
  base = await openTiny();
  before = bitsOf(base.baseWeights);
});
afterAll(() => base.release());

const bitsOf = (weights: ReadonlyMap<string, Float32Array>) =>
  new Map([...weights].map(([name, values]) => [name, bits(values)]));
const stored = (concept: ConceptWeights) =>
  decodeConcept(encodeConcept(concept), base.heads, base.embeddings.width);
const composed = (concepts: readonly ConceptWeights[]) => compose(base, concepts, smallMethods, plainHooks);

/** Keys and values of a prompt. */
async function read(
  model: TaughtModel,
  prompt: string,
): Promise<readonly (readonly [string, Uint32Array])[]> {
  const encodings = [model.tokenizer.encode(prompt)];
  const all = await textSideOf(model).project(embedForHeads(model, encodings), model.weights);
  return Object.entries(all).map(([name, { data }]) => [name, bits(data as Float32Array)]);
}

test('every file of the folder is a method of its name, and each is tested here', async () => {
  const loaded = await loadMethods();
  expect([...loaded.keys()]).toEqual(methodNames);
  expect([...smallMethods.keys()].sort()).toEqual(methodNames);
  for (const [name, method] of loaded) {
    const other = smallMethods.get(name);
    expect([name, typeof method.fuse]).toEqual([name, typeof other?.fuse]);
    expect(method.mention('<new1>', 'dog')).toContain('<new1>');
  }
});

describe.each(small.map((method) => [method.name, method] as const))('%s', (_, method) => {
  let first: Awaited<ReturnType<typeof taughtBy>>;
  let second: Awaited<ReturnType<typeof taughtBy>>;
  beforeAll(async () => {
    first = await taughtBy(method, base);
    second = await taughtBy(method, base, { seed: 8 }, [first.concept]);
  });

  test('tells a finite loss, and whose concept it is', () => {
    expect(first.lossFirst).toBeGreaterThan(0);
    expect(first.steps).toBe(3);
    const { token, classWord, kind, model } = first.concept;
    expect([first.concept.method, token, classWord, kind, model]).toEqual([
      method.name,
      '<new1>',
      'dog',
      'subject',
      base.folder.id,
    ]);
  });

  test('leaves the base model its bits', () => {
    expect(bitsOf(base.baseWeights)).toEqual(before);
  });

  test('trains the same for the same seed, bit for bit, and otherwise for another', async () => {
    const again = await taughtBy(method, base);
    const other = await taughtBy(method, base, { seed: 6 });
    expect(encodeConcept(again.concept)).toEqual(encodeConcept(first.concept));
    expect(encodeConcept(other.concept)).not.toEqual(encodeConcept(first.concept));
  });

  test('goes on from what it kept, wherever it was interrupted or put off, and ends with the same bits', async () => {
    const stop = () => raise('cancelled', 'stopped');
    const die = () => {
      throw new Error('stopped');
    };
    for (const [last, end, isDue] of [[1, stop, false] as const, [3, die, true] as const]) {
      let kept: SafetensorsContent | undefined;
      const checkpoints = {
        load: async () => kept,
        due: () => isDue,
        async save(content: SafetensorsContent) {
          kept = content;
        },
      };
      const interrupted = method.teach(tinyLesson(base), {
        ...plainHooks,
        checkpoints,
        onStep: (step) => (step === last ? end() : undefined),
      });
      await expect(interrupted).rejects.toThrow('stopped');
      const steps: number[] = [];
      const learned = await method.teach(tinyLesson(base), {
        ...plainHooks,
        checkpoints,
        onStep: (step) => void steps.push(step),
      });
      expect(steps).toEqual([1, 2, 3].slice(last));
      expect(encodeConcept(learned.concept)).toEqual(encodeConcept(first.concept));
      expect([learned.lossFirst, learned.lossLast]).toEqual([first.lossFirst, first.lossLast]);
    }
  });

  test('comes back from its file bit for bit', () => {
    expect(stored(first.concept)).toEqual(first.concept);
  });

  test('draws from its file with the very keys and values that it trained to', async () => {
    const { model } = await composed([stored(first.concept)]);
    const prompt = 'a <new1> dog in the park';
    const [drawn, trained] = [await read(model, prompt), await read(first.model, prompt)];
    for (const [i, [name, values]] of drawn.entries()) {
      const other = new Float32Array((trained[i]?.[1] ?? new Uint32Array()).buffer);
      const own = new Float32Array(values.buffer);
      const scale = Math.max(...other.map(Math.abs));
      own.forEach((value, at) => {
        expect(Math.abs(value - other[at]!) / scale, name).toBeLessThan(2e-6);
      });
    }
  });

  test('moves keys and values of its own prompts', async () => {
    const { model } = await composed([first.concept]);
    const changed = await read(model, 'a <new1> dog');
    const plain = await read({ ...model, weights: base.baseWeights }, 'a dog');
    expect(changed).not.toEqual(plain);
  });

  test('composes two concepts, each a word of the model, whatever it has to do for it', async () => {
    const { model, cost } = await composed([first.concept, second.concept]);
    expect(model.tokenizer.encode('<new1> <new2>').length).toBe(4);
    expect(bitsOf(base.baseWeights)).toEqual(before);
    if (method.fuse === undefined) expect(cost).toEqual({ bytes: 0, seconds: 0 });
    else {
      expect(cost.bytes).toBeGreaterThan(0);
      expect(cost.seconds).toBeGreaterThan(0);
    }
  });

  test('leaves no training open when it is cancelled in the middle', async () => {
    const open = new Set<unknown>();
    const tracked = <T extends { release(): Promise<void> }>(session: T): T => {
      const own = {
        ...session,
        release: () => {
          open.delete(own);
          return session.release();
        },
      };
      open.add(own);
      return own;
    };
    const { trunk, textSide } = base;
    const watched: Model = {
      ...base,
      trunk: { ...trunk, training: async (shape) => tracked(await trunk.training(shape)) },
      textSide: {
        ...textSide,
        backward: async (batch, tokens) => tracked(await textSide.backward(batch, tokens)),
      },
      tokenDenoising: async (options) => tracked(await base.tokenDenoising(options)),
    };
    let most = 0;
    let ending = false;
    const cancelled = method.teach(tinyLesson(watched), {
      ...plainHooks,
      turn: async (action) => (ending ? raise('cancelled', 'stopped') : action()),
      onStep() {
        most = open.size;
        ending = true;
      },
    });
    await expect(cancelled).rejects.toThrow('stopped');
    expect([most > 0, open.size]).toEqual([true, 0]);
  });
});
