import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Model } from '../../src/diffusion/model.ts';
import { type Adopted, type Adoption, adopt } from '../../src/interop/adopt.ts';
import type { Formats } from '../../src/interop/format.ts';
import { loadFormats } from '../../src/interop/formats.ts';
import { compose } from '../../src/personalize/compose.ts';
import { type ConceptWeights, encodeConcept } from '../../src/personalize/concept-file.ts';
import { attempt, unwrap } from '../../src/result.ts';
import { fixture } from '../onnx/files.ts';
import { normals } from '../personalize/head.ts';
import { smallMethods } from '../personalize/methods/small.ts';
import { bits, madeUpConcept, openTiny, plainHooks } from '../personalize/tiny.ts';
import { everywhere, madeUpConcepts } from './concepts.ts';
import { readTensors, writeTensors } from './read-file.ts';

let base: Model;
let formats: Formats;
let concepts: ReadonlyMap<string, ConceptWeights>;

beforeAll(async () => {
  base = await openTiny();
  formats = await loadFormats();
  concepts = madeUpConcepts(base);
});
afterAll(() => base.release());

const adopted = (files: readonly Uint8Array[], more: Partial<Adoption> = {}) =>
  attempt(() => adopt({ files, token: '<new7>', earlier: [], requireUsable() {}, ...more }, formats, base));
const asDog = async (...files: readonly Uint8Array[]): Promise<Adopted> =>
  unwrap(await adopted(files, { classWord: 'dog' }));
const written = async (format: string, method: string) =>
  (await formats.get(format)!.write(concepts.get(method)!, base, plainHooks)).files.map(({ bytes }) => bytes);

/** Every matrix that drawing with the concepts uses. */
async function matrices(...known: readonly ConceptWeights[]) {
  const { model } = await compose(base, known, smallMethods, plainHooks);
  return [...model.weights].map(([name, values]) => [name, bits(values)] as const);
}

const vector = Float32Array.from({ length: 32 }, (_, j) => Math.fround(Math.cos(j)) / 10);

describe('files as diffusers and kohya write them', () => {
  test.each(['embedding', 'custom-diffusion-token'])('%s is a textual inversion', async (name) => {
    const { concept, notes } = await asDog(fixture(`interop/${name}.safetensors`));
    expect(concept).toMatchObject({
      method: 'textual-inversion',
      token: '<new7>',
      classWord: 'dog',
      kind: 'subject',
    });
    expect([concept.heads.size, concept.deltas.size, notes]).toEqual([0, 0, []]);
    concept.embedding.forEach((value, j) => {
      expect(value).toBeCloseTo(vector[j]!, 7);
    });
  });

  test('an embedding in half floats is read too', async () => {
    const { concept } = await asDog(fixture('interop/embedding-a1111.safetensors'));
    concept.embedding.forEach((value, j) => {
      expect(Math.abs(value - vector[j]!)).toBeLessThan(1e-4);
    });
  });

  test.each([
    ['first', ['custom-diffusion', 'custom-diffusion-token']],
    ['last', ['custom-diffusion-token', 'custom-diffusion']],
  ])(
    'Custom Diffusion with its weights %s gets the largest changes among the free weights',
    async (_, names) => {
      const { concept, notes } = await asDog(...names.map((name) => fixture(`interop/${name}.safetensors`)));
      const { tensors } = readTensors(fixture('interop/custom-diffusion.safetensors'));
      let [taken, kept, total, least, most] = [0, 0, 0, Number.POSITIVE_INFINITY, 0];
      for (const [number, name] of [...concept.heads.keys()].sort().entries()) {
        const { indices, values } = concept.heads.get(name)!;
        const key = name.replace(/\.(to_[kv])$/, '.processor.$1_custom_diffusion.weight');
        expect(values).toEqual(Float32Array.from(indices, (place) => tensors.get(key)!.values[place]!));
        // What make.py added to the base model's matrices.
        const change = (place: number) => Math.abs(Math.sin(place + number)) / 50;
        const own = new Set(indices);
        taken += own.size;
        for (let place = 0; place < tensors.get(key)!.values.length; place++) {
          total += change(place) ** 2;
          if (own.has(place)) [kept, least] = [kept + change(place) ** 2, Math.min(least, change(place))];
          else most = Math.max(most, change(place));
        }
      }
      expect(most).toBeLessThan(least * 1.001);
      const all = base.counts.keyValueParameters;
      expect(taken).toBe(all / 4);
      expect(notes).toEqual([
        `The free weights that one concept may take hold ${((100 * kept) / total).toFixed(1)} % of what it changes, measured by its energy; the rest was left out.`,
      ]);
      expect([concept.method, concept.classWord]).toEqual(['cns', 'dog']);
    },
  );
});

describe('what the authors of Custom Diffusion keep in delta.bin, saved as docs/formats.md says', () => {
  /** The file of diffusers' weights under the names that the parameters of the U-Net have. */
  const delta = (more: Parameters<typeof writeTensors>[0] = {}) => {
    const { tensors } = readTensors(fixture('interop/custom-diffusion.safetensors'));
    const named = [...tensors].map(([key, { shape, values }]) => [
      key.replace('.processor.to_', '.to_').replace('_custom_diffusion', ''),
      { dtype: 'F32', shape, bytes: new Uint8Array(Float32Array.from(values).buffer) },
    ]);
    return writeTensors({ ...Object.fromEntries(named), ...more });
  };
  const word = { dtype: 'F32', shape: [32], bytes: new Uint8Array(vector.buffer) };

  test('is one file with the weights and the embedding, and the concept that two of diffusers are', async () => {
    const names = ['custom-diffusion', 'custom-diffusion-token'];
    const two = await asDog(...names.map((name) => fixture(`interop/${name}.safetensors`)));
    const one = await asDog(delta({ modifier_token: word }));
    expect(one.concept.heads).toEqual(two.concept.heads);
    expect(one.concept.embedding).toEqual(vector);
    expect(one.notes).toEqual(two.notes);
  });

  test('needs its embedding, and no second one', async () => {
    expect(await adopted([delta()], { classWord: 'dog' })).toMatchObject({
      problem: { message: expect.stringContaining('no embedding of its word') },
    });
    const whole = delta({ modifier_token: word });
    for (const more of [fixture('interop/embedding.safetensors'), delta(), whole])
      for (const both of [
        [whole, more],
        [more, whole],
      ])
        expect(await adopted(both, { classWord: 'dog' })).toMatchObject({
          problem: { message: expect.stringContaining('of two files') },
        });
  });
});

describe('what was exported and is brought in elsewhere', () => {
  test('in Keepsake’s own file draws with the same matrices and embeddings, whatever taught it', async () => {
    for (const [method, concept] of concepts) {
      const { concept: here, notes } = unwrap(await adopted(await written('keepsake', method)));
      expect(notes).toEqual([]);
      expect(here).toEqual({ ...concept, token: '<new7>' });
      expect(await matrices(here)).toEqual(await matrices(concept));
    }
  });

  test('as Custom Diffusion weights draws with the same matrices, to the bit', async () => {
    const { concept, notes } = await asDog(...(await written('custom-diffusion', 'cns')));
    expect(notes).toEqual([]);
    expect(await matrices(concept)).toEqual(await matrices(everywhere(concepts.get('cns')!)));
    expect(concept.embedding).toEqual(concepts.get('cns')!.embedding);
  });

  test('as an embedding has the same one', async () => {
    const { concept } = await asDog(...(await written('embedding', 'textual-inversion')));
    expect(concept.embedding).toEqual(concepts.get('textual-inversion')!.embedding);
  });

  test('is what one says it is, where one says it', async () => {
    const said = { classWord: 'cat', kind: 'style' } as const;
    expect(unwrap(await adopted(await written('keepsake', 'cns'), said)).concept).toMatchObject(said);
  });
});

describe('beside concepts that are known already', () => {
  /** Every ninth place from the second on, and those of the concept itself from some place on. */
  const earlier = (own: ConceptWeights, from: number) => {
    const names = base.heads.map(({ name }) => name);
    const heads = new Map(
      [...own.heads].map(([name, { indices }]) => {
        const taken = indices.filter((place) => place >= from);
        return [name, { indices: taken, values: new Float32Array(taken.length) }];
      }),
    );
    return [madeUpConcept(base, 2, names), { ...own, token: '<new2>', heads }];
  };

  test('what they have is left to them, and what is lost is told', async () => {
    const own = concepts.get('cns-everywhere')!;
    const known = earlier(own, 900);
    const { concept, notes } = unwrap(
      await adopted(await written('keepsake', 'cns-everywhere'), { earlier: known }),
    );
    for (const [name, { indices, values }] of concept.heads) {
      const all = own.heads.get(name)!;
      expect(indices).toEqual(all.indices.filter((place) => place < 900));
      expect(values).toEqual(all.values.slice(0, indices.length));
    }
    expect(notes[0]).toMatch(
      /^The free weights that one concept may take hold \d\d\.\d % of what it changes/,
    );
    // Weights of concepts are disjoint, so that the new one changes nothing of what they draw with.
    for (const { heads } of known)
      for (const [name, { indices }] of heads)
        expect(indices.filter((place) => concept.heads.get(name)!.indices.includes(place))).toEqual(
          new Uint32Array(),
        );
  });

  test('a concept that would lose most of itself is refused', async () => {
    const own = concepts.get('cns-everywhere')!;
    const result = await adopted(await written('keepsake', 'cns-everywhere'), { earlier: earlier(own, 100) });
    expect(result).toMatchObject({
      problem: {
        code: 'invalid-option',
        message: expect.stringMatching(/no room here .* \/forget a concept first/),
      },
    });
  });

  test('a concept whose weights stand at its token needs no room', async () => {
    const own = concepts.get('cns')!;
    const known = earlier(concepts.get('cns-everywhere')!, 100);
    const { concept, notes } = unwrap(await adopted(await written('keepsake', 'cns'), { earlier: known }));
    expect([concept.heads, concept.following, notes]).toEqual([own.heads, own.following, []]);
  });

  test('what needs no weights of its own comes in whole', async () => {
    const known = earlier(concepts.get('cns')!, 0);
    const { concept } = unwrap(await adopted(await written('keepsake', 'c-lora'), { earlier: known }));
    expect(concept.deltas).toEqual(concepts.get('c-lora')!.deltas);
  });
});

describe('what is missing', () => {
  test('is said: the class word, the embedding, the weights', async () => {
    const [weights, embedding] = await written('custom-diffusion', 'cns');
    expect(await adopted([embedding!])).toMatchObject({
      problem: { code: 'invalid-option', message: expect.stringContaining('/import class:dog') },
    });
    const dog = { classWord: 'dog' };
    for (const [files, reason] of [
      [[weights!], /has weights but no embedding/],
      [[weights!, weights!], /of two files, one has the weights/],
      [[embedding!, embedding!], /of two files, one has the weights/],
      [[...(await written('keepsake', 'cns')), embedding!], /of two files, one has the weights/],
      [[], /one file, or its weights and its embedding/],
    ] as const)
      expect(await adopted(files, dog)).toMatchObject({
        problem: { code: 'invalid-file', message: expect.stringMatching(reason) },
      });
  });
});

test('a concept of another base model is refused before its weights are looked at', async () => {
  const foreign = encodeConcept({ ...concepts.get('cns')!, model: 'another' });
  const requireUsable = ({ model }: ConceptWeights) => {
    throw new Error(`asked of ${model}`);
  };
  await expect(
    adopt({ files: [foreign], token: '<new7>', earlier: [], requireUsable }, formats, base),
  ).rejects.toThrow('asked of another');
});

test('matrices that were changed on another base model are refused', async () => {
  const concept = concepts.get('custom-diffusion')!;
  const deltas = new Map(
    base.heads.map(({ name, inFeatures, outFeatures }, seed) => [
      name,
      { whole: normals(seed, inFeatures * outFeatures) },
    ]),
  );
  const { files } = await formats.get('custom-diffusion')!.write({ ...concept, deltas }, base, plainHooks);
  expect(
    await adopted(
      files.map(({ bytes }) => bytes),
      { classWord: 'dog' },
    ),
  ).toMatchObject({
    problem: {
      code: 'invalid-file',
      message: expect.stringMatching(/next to nothing in common with this model/),
    },
  });
});
