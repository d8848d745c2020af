import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Model } from '../../src/diffusion/model.ts';
import { formatNames } from '../../src/format-names.ts';
import type { Formats } from '../../src/interop/format.ts';
import { loadFormats } from '../../src/interop/formats.ts';
import type { Written } from '../../src/interop/written.ts';
import { methodNames } from '../../src/method-names.ts';
import { compose } from '../../src/personalize/compose.ts';
import { type ConceptWeights, decodeConcept } from '../../src/personalize/concept-file.ts';
import { attempt } from '../../src/result.ts';
import { fixturePath } from '../onnx/files.ts';
import { smallMethods } from '../personalize/methods/small.ts';
import { openTiny, plainHooks } from '../personalize/tiny.ts';
import { everywhere, madeUpConcepts } from './concepts.ts';
import { readTensors } from './read-file.ts';

let base: Model;
let formats: Formats;
/** A concept by each method. */
let concepts: ReadonlyMap<string, ConceptWeights>;
/** Diffusers' own names of the modules, made by interop/make.py. */
const modules: readonly string[] = JSON.parse(readFileSync(fixturePath('interop/module-names.json'), 'utf8'))[
  'tiny-sd'
].attentions.flatMap(({ path }: { readonly path: string }) => [`${path}.to_k`, `${path}.to_v`]);

beforeAll(async () => {
  base = await openTiny();
  formats = await loadFormats();
  concepts = madeUpConcepts(base);
});
afterAll(() => base.release());

const write = (format: string, method: string): Promise<Written> =>
  formats.get(format)!.write(concepts.get(method)!, base, plainHooks);
const fileOf = ({ files }: Written, part: string) =>
  readTensors(files.find((file) => file.part === part)!.bytes);

/** ΔW by module, [out, in], from the matrices that drawing with the concept alone uses where its weights are in place. */
async function changes(method: string): Promise<ReadonlyMap<string, Float64Array>> {
  const { model } = await compose(base, [everywhere(concepts.get(method)!)], smallMethods, plainHooks);
  return new Map(
    base.heads.map(({ name, inFeatures, outFeatures }) => {
      const [now, before] = [model.weights.get(name)!, base.baseWeights.get(name)!];
      const change = Float64Array.from({ length: now.length }, (_, place) => {
        const at = (place % inFeatures) * outFeatures + Math.floor(place / inFeatures);
        return now[at]! - before[at]!;
      });
      return [name, change];
    }),
  );
}

const kohya = (module: string) => `lora_unet_${module.replaceAll('.', '_')}`;
const energy = (values: Iterable<number>) => [...values].reduce((sum, value) => sum + value ** 2, 0);

/** up·down·alpha/rank of a LoRA file, [out, in]. */
function product(tensors: ReturnType<typeof readTensors>['tensors'], name: string): Float64Array {
  const [down, up] = ['down', 'up'].map((one) => tensors.get(`${name}.lora_${one}.weight`)!) as [
    NonNullable<ReturnType<typeof tensors.get>>,
    NonNullable<ReturnType<typeof tensors.get>>,
  ];
  const [rank = 0, inputs = 0] = down.shape;
  expect(up.shape[1]).toBe(rank);
  const scale = tensors.get(`${name}.alpha`)!.values[0]! / rank;
  return Float64Array.from({ length: up.shape[0]! * inputs }, (_, place) => {
    const [out, i] = [Math.floor(place / inputs), place % inputs];
    let sum = 0;
    for (let k = 0; k < rank; k++) sum += up.values[out * rank + k]! * down.values[k * inputs + i]!;
    return scale * sum;
  });
}

const weighted = ['c-lora', 'cns', 'cns-everywhere', 'custom-diffusion', 'orthogonal-adaptation'] as const;
const factored = ['c-lora', 'orthogonal-adaptation'];

test('there is a concept by each method', () => {
  expect([...concepts.keys()].sort()).toEqual(methodNames);
});

test('each file of the folder is a format, and there are no others', () => {
  expect([...formats.keys()]).toEqual(formatNames);
  expect(formatNames).toEqual(['custom-diffusion', 'embedding', 'keepsake', 'lora', 'lycoris']);
});

describe.each(weighted)('a concept of %s', (method) => {
  test('is the change of each matrix in LyCORIS’ full algorithm', async () => {
    const { tensors, metadata } = fileOf(await write('lycoris', method), 'lycoris');
    expect([...tensors.keys()].sort()).toEqual(modules.map((module) => `${kohya(module)}.diff`).sort());
    expect(metadata).toMatchObject({
      ss_network_module: 'lycoris.kohya',
      ss_network_args: '{"algo":"full"}',
      ss_network_dim: 'None',
      ss_network_alpha: '1',
      sshs_model_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      sshs_legacy_hash: expect.stringMatching(/^[0-9a-f]{8}$/),
    });
    for (const [module, change] of await changes(method)) {
      const { values, shape, dtype } = tensors.get(`${kohya(module)}.diff`)!;
      const head = base.heads.find(({ name }) => name === module)!;
      expect([dtype, ...shape]).toEqual(['F16', head.outFeatures, head.inFeatures]);
      // A half float keeps 11 bits; what it is compared with was rounded at the size of the whole weight.
      change.forEach((value, i) => {
        expect(Math.abs(values[i]! - value)).toBeLessThan(Math.abs(value) * 2 ** -11 + 1e-7);
      });
    }
  });

  test('is as near to that as it says in a LoRA', async () => {
    const written = await write('lora', method);
    const { tensors, metadata } = fileOf(written, 'lora');
    const parts = ['alpha', 'lora_down.weight', 'lora_up.weight'];
    const expected = modules.flatMap((module) => parts.map((part) => `${kohya(module)}.${part}`));
    expect([...tensors.keys()].sort()).toEqual(expected.sort());
    let [total, missed] = [0, 0];
    for (const [module, change] of await changes(method)) {
      total += energy(change);
      missed += energy(product(tensors, kohya(module)).map((value, i) => value - change[i]!));
    }
    const { ss_network_dim: dim, ss_network_alpha: alpha, ss_network_args: args } = metadata;
    expect([alpha, args]).toEqual([dim, '{}']);
    expect(metadata.sshs_model_hash).toMatch(/^[0-9a-f]{64}$/);
    const kept = Number(metadata.keepsake_energy_kept);
    expect(1 - missed / total).toBeCloseTo(kept, 3);
    expect(kept).toBeGreaterThanOrEqual(factored.includes(method) ? 1 : 0.95);
    expect(written.notes[0]).toBe(
      `It keeps ${(100 * kept).toFixed(1)} % of the change, measured by its energy, at rank ${metadata.ss_network_dim}.`,
    );
  });

  test('is, in diffusers’ Custom Diffusion weights, the matrices that it is drawn with', async () => {
    const { tensors } = fileOf(await write('custom-diffusion', method), 'custom-diffusion');
    const expected = modules.map((module) =>
      module.replace(/attn2\.(to_[kv])$/, 'attn2.processor.$1_custom_diffusion.weight'),
    );
    expect([...tensors.keys()].sort()).toEqual(expected.toSorted());
    const drawn = await compose(base, [everywhere(concepts.get(method)!)], smallMethods, plainHooks);
    for (const [at, module] of modules.entries()) {
      const { values, shape, dtype } = tensors.get(expected[at]!)!;
      const { inFeatures, outFeatures } = base.heads.find(({ name }) => name === module)!;
      expect([dtype, ...shape]).toEqual(['F32', outFeatures, inFeatures]);
      const weights = drawn.model.weights.get(module)!;
      const asPyTorch = values.map(
        (_, place) => weights[(place % inFeatures) * outFeatures + Math.floor(place / inFeatures)]!,
      );
      expect(values).toEqual(asPyTorch);
    }
  });
});

describe('its embedding', () => {
  test.each(['embedding', 'lora', 'lycoris', 'custom-diffusion'])(
    'is a file of one tensor beside %s',
    async (format) => {
      const { tensors } = fileOf(await write(format, 'cns'), '');
      const { embedding } = concepts.get('cns')!;
      expect([...tensors]).toEqual([
        ['<new1>', { dtype: 'F32', shape: [1, 32], values: Float64Array.from(embedding) }],
      ]);
    },
  );

  test('is all of a textual inversion, and said to be a part of everything else', async () => {
    const notes = async (method: string) => (await write('embedding', method)).notes.join(' ');
    expect(await notes('textual-inversion')).not.toContain('The weights of');
    for (const method of weighted)
      expect(await notes(method)).toContain('The weights of <new1> are not in it');
  });
});

test('the file of Keepsake’s own gives every concept back to the bit, whatever taught it', async () => {
  for (const [method, concept] of concepts) {
    const [file] = (await write('keepsake', method)).files;
    expect(decodeConcept(file!.bytes, base.heads, base.embeddings.width)).toEqual(concept);
  }
});

test.each([
  [
    'textual-inversion',
    ['lora', 'lycoris', 'custom-diffusion'],
    /an embedding and has no weights.* embedding\.$/,
  ],
  [
    'mix-of-show',
    ['embedding', 'lora', 'lycoris', 'custom-diffusion'],
    /each attention layer .* keepsake\.$/,
  ],
] as const)(
  'what a format cannot carry of %s it refuses, and names one that can',
  async (method, refusing, sentence) => {
    for (const format of formatNames) {
      const result = await attempt(() => write(format, method));
      if (refusing.some((one) => one === format))
        expect(result).toMatchObject({
          problem: { code: 'invalid-option', message: expect.stringMatching(sentence) },
        });
      else expect(result.ok).toBe(true);
    }
  },
);

test('a concept whose neurons were none has no weights to export', async () => {
  const concept = concepts.get('cns')!;
  const none = { indices: new Uint32Array(), values: new Float32Array() };
  const heads = new Map([...concept.heads.keys()].map((name) => [name, none]));
  const result = await attempt(() => formats.get('lora')!.write({ ...concept, heads }, base, plainHooks));
  expect(result).toMatchObject({ problem: { code: 'invalid-option' } });
});

test('weights beyond half floats are not written as infinity', async () => {
  const concept = concepts.get('cns')!;
  const [name] = [...concept.heads].find(([, { indices }]) => indices.length > 0)!;
  const { indices, values } = concept.heads.get(name)!;
  const heads = new Map(concept.heads).set(name, { indices, values: values.map(() => 1e6) });
  for (const format of ['lycoris', 'lora']) {
    const result = await attempt(() => formats.get(format)!.write({ ...concept, heads }, base, plainHooks));
    expect(result).toMatchObject({ problem: { message: expect.stringMatching(/half floats cannot hold/) } });
  }
});
