import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { KeysAndValues } from '../../src/diffusion/heads.ts';
import { type Model, openModel } from '../../src/diffusion/model.ts';
import { embed, untaught } from '../../src/diffusion/taught-model.ts';
import { eachText, joinTexts } from '../../src/diffusion/texts.ts';
import { readingTrunk } from '../../src/diffusion/trunk-texts.ts';
import { cutUnet } from '../../src/onnx/cut/unet.ts';
import type { Graph } from '../../src/onnx/graph.ts';
import { decodeModel } from '../../src/onnx/proto.ts';
import { elementCount, float32, type Tensor } from '../../src/onnx/tensor.ts';
import { gaussianNoise } from '../../src/random.ts';
import { fixedShapes } from '../../src/runtime/fixed-shapes.ts';
import type { Runtime } from '../../src/runtime/runtime.ts';
import { createRuntime } from '../../src/runtime/session.ts';
import { farthest, tinySd } from './support/tiny-sd.ts';

const real = createRuntime({ threads: 1 });
const ways: readonly (readonly [string, Runtime, number, 2 | 4])[] = [
  [
    'a session for every shape',
    {
      ...real,
      fixesShapes: true,
      open: (model, { anyRows = [] } = {}) => fixedShapes(model as Graph, { anyRows }, real.open),
    },
    1e-5,
    4,
  ],
  ['half precision', createRuntime({ threads: 1, precision: 'float16' }), 2e-3, 2],
];

let plain: Model;
let read: KeysAndValues;
beforeAll(async () => {
  plain = await openModel(real, tinySd);
  const model = untaught(plain);
  const encodings = ['a dog', '', 'a hat in the snow'].map((text) => model.tokenizer.encode(text));
  read = await plain.textSide.project(embed(model, encodings), plain.baseWeights);
});
afterAll(() => plain.release());

const tinyCut = () => cutUnet(decodeModel(readFileSync(join(tinySd, 'unet/model.onnx'))));

const sample = float32([4, 4, 16, 16], gaussianNoise(3, 0, 4096));
const timesteps = [900, 500, 500, 20];

describe.each(ways)('a trunk with %s', (_, runtime, near, bytesPerValue) => {
  let model: Model;
  /** Sizes of what each run of the U-Net was fed, and how many sessions there were. */
  const fed: (readonly [name: string, dims: readonly number[], bytes: number])[][] = [];
  const opened: string[] = [];
  beforeAll(async () => {
    const watched: Runtime = {
      ...runtime,
      async open(graph, options) {
        if (!options?.anyRows) return real.open(graph, options);
        const session = await runtime.open(graph, options);
        const run: typeof session.run = (feeds, fetches) => {
          fed.push(Object.entries(feeds).map(([name, { dims, data }]) => [name, dims, data.byteLength]));
          return session.run(feeds, fetches);
        };
        opened.push((graph as Graph).name);
        return { ...session, run };
      },
    };
    model = await openModel(watched, tinySd);
  });
  afterAll(() => model.release());

  const valuesFed = () => fed.at(-1)?.find(([name]) => name === 'keys and values of texts');

  test('answers as one that is fed a text for each of the batch, and is itself fed each text once', async () => {
    const [dog, empty, hat] = eachText(read);
    const texts = [empty!, hat!, empty!, dog!];
    const answer = await model.trunk.predict(sample, timesteps, texts);
    const wanted = await plain.trunk.predict(sample, timesteps, texts);
    expect(farthest(answer.data as Float32Array, wanted.data as Float32Array)).toBeLessThan(near);
    const others = await plain.trunk.predict(sample, timesteps, [hat!, empty!, empty!, dog!]);
    expect(farthest(others.data as Float32Array, wanted.data as Float32Array)).toBeGreaterThan(5 * near);
    const values = Object.values(read).reduce((sum, { dims }) => sum + elementCount(dims), 0);
    expect(valuesFed()?.[2]).toBe(values * bytesPerValue);
    expect(valuesFed()?.[1][0]).toBe(3);
  });

  test('answers the same whether its batch reads one text or as many of the same words', async () => {
    const [dog] = eachText(read);
    const copies = Array.from({ length: 4 }, () => ({ ...dog! }));
    const once = await model.trunk.predict(sample, timesteps, [dog!, dog!, dog!, dog!]);
    expect(valuesFed()?.[1][0]).toBe(1);
    const often = await model.trunk.predict(sample, timesteps, copies);
    expect(valuesFed()?.[1][0]).toBe(4);
    expect(often.data).toEqual(once.data);
    expect(opened).toHaveLength(1);
  });
});

test.each([
  ['on the CPU', { fixesShapes: false, precision: 'float32' }],
  ['on a GPU', { fixesShapes: true, precision: 'float16' }],
] as const)('texts that come again %s are fed as they are, and others in their place anew', (_, runtime) => {
  const { feeds } = readingTrunk(runtime, tinyCut());
  const [dog, empty, hat] = eachText(read);
  const [name] = Object.keys(feeds([dog!, empty!])) as [string];
  const fed = feeds([dog!, empty!])[name];
  expect(feeds([dog!, empty!])[name]).toBe(fed);
  expect(feeds([dog!, hat!])[name]).not.toEqual(fed);
  expect(feeds([dog!, empty!])[name]).toEqual(fed);
});

test('texts in half precision are the same on a Node that has no arrays of half floats', () => {
  const fed = () =>
    readingTrunk({ fixesShapes: true, precision: 'float16' }, tinyCut()).feeds(eachText(read));
  const wanted = fed();
  vi.stubGlobal('Float16Array', undefined);
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  expect(fed()).toEqual(wanted);
});

test('texts that are taken apart and joined again are what they were', () => {
  const [dog, empty, hat] = eachText(read);
  const [first] = Object.keys(read) as [string];
  const joined = joinTexts([hat!, dog!, empty!, hat!]);
  const rowOf = (all: Tensor, row: number) => {
    const size = elementCount(all.dims.slice(1));
    return (all.data as Float32Array).slice(row * size, (row + 1) * size);
  };
  expect([0, 1, 2, 3].map((row) => rowOf(joined[first]!, row))).toEqual(
    [2, 0, 1, 2].map((row) => rowOf(read[first]!, row)),
  );
});
