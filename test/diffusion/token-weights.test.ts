import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HeadWeights, KeysAndValues } from '../../src/diffusion/heads.ts';
import {
  attentionLayers,
  embedForHeads,
  ownPositions,
  projectTexts,
} from '../../src/diffusion/layered-text.ts';
import { type Model, openModel } from '../../src/diffusion/model.ts';
import type { TaughtModel } from '../../src/diffusion/taught-model.ts';
import type { TokenWeights } from '../../src/diffusion/token-weights.ts';
import type { Encoding } from '../../src/diffusion/tokenizer.ts';
import type { DenoisingBatch } from '../../src/diffusion/training/denoising-step.ts';
import { openTraining, type Training } from '../../src/diffusion/training/training.ts';
import { float32, type Tensor } from '../../src/onnx/tensor.ts';
import { aroundToken } from '../../src/personalize/training/around-token.ts';
import { gaussianNoise } from '../../src/random.ts';
import { createRuntime } from '../../src/runtime/session.ts';
import { farthest, taughtModel, tinySd } from './support/tiny-sd.ts';

let base: Model;
/** Knows two tokens that have no weights of their own. */
let plain: TaughtModel;
let [first, second] = [0, 0];

beforeAll(async () => {
  base = await openModel(createRuntime({ threads: 1 }), tinySd);
  plain = { ...taughtModel(base, 3, 2), weights: base.baseWeights };
  [first, second] = [...plain.added.keys()] as [number, number];
});
afterAll(() => base.release());

/** Every seventh weight of each head, moved. */
function someWeights(seed: number, following: number): TokenWeights {
  const heads = base.heads.map(({ name }, stream) => {
    const matrix = base.baseWeights.get(name) as Float32Array;
    const indices = Uint32Array.from(matrix.keys()).filter((index) => index % 7 === seed);
    const noise = gaussianNoise(seed, stream, indices.length);
    return [
      name,
      { indices, values: Float32Array.from(indices, (at, i) => matrix[at]! + noise[i]!) },
    ] as const;
  });
  return { following, heads: new Map(heads) };
}

/** The matrices with a token's weights written into them. */
function written({ heads }: TokenWeights): HeadWeights {
  return new Map(
    [...base.baseWeights].map(([name, values]) => {
      const matrix = values.slice();
      heads.get(name)?.indices.forEach((at, i) => {
        matrix[at] = heads.get(name)!.values[i]!;
      });
      return [name, matrix];
    }),
  );
}

const taughtTwo = (ofFirst: TokenWeights, ofSecond: TokenWeights): TaughtModel => ({
  ...plain,
  own: new Map([
    [first, ofFirst],
    [second, ofSecond],
  ]),
});

const project = (model: TaughtModel, ...texts: string[]) =>
  projectTexts(
    model,
    texts.map((text) => model.tokenizer.encode(text)),
  );

/** Keys and values of one position of one text. */
function rowOf(all: KeysAndValues, head: string, text: number, position: number): Float32Array {
  const { dims, data } = all[head]!;
  const [, tokens = 0, width = 0] = dims;
  return (data as Float32Array).slice(
    (text * tokens + position) * width,
    (text * tokens + position + 1) * width,
  );
}

describe('keys and values', () => {
  test('of a text are bit for bit those of any such thing where a token with a stand-in has no weights of its own, and as learned where it has', async () => {
    const cat = plain.tokenizer.encode('cat').ids[1] as number;
    const standIn = base.embeddings.row(cat) as Float32Array;
    const [weights, other] = [someWeights(1, 1), someWeights(2, 0)];
    const text = 'a dog with a <new1> hat and a <new2> by the sea';
    const withStandIn = taughtTwo({ ...weights, standIn }, other);
    const [all, learned, any] = await Promise.all([
      project(withStandIn, text, 'a dog'),
      project(taughtTwo(weights, other), text),
      project(plain, text.replace('<new1>', 'cat'), 'a dog'),
    ]);
    const places = ownPositions(withStandIn, [plain.tokenizer.encode(text)]).map(({ position }) => position);
    expect(places).toHaveLength(3);
    for (const { trunkInput } of base.heads) {
      for (let position = 0; position < base.folder.tokenizer.maxTokens; position++) {
        const row = (from: KeysAndValues, text = 0) => rowOf(from, trunkInput, text, position);
        expect(row(all)).toEqual(row(places.includes(position) ? learned : any));
        expect(row(all, 1)).toEqual(row(any, 1));
      }
    }
  });

  test('are those of matrices with the weights in them at the token’s places, and bit for bit the base’s at all others', async () => {
    const weights = { first: someWeights(1, 1), second: someWeights(2, 0) };
    const model = taughtTwo(weights.first, weights.second);
    const texts = ['a <new1> dog by the sea', 'a dog', 'a <new2> hat on a <new1> dog'] as const;
    const all = await project(model, ...texts);
    const references = {
      base: await project(plain, ...texts),
      first: await project({ ...plain, weights: written(weights.first) }, ...texts),
      second: await project({ ...plain, weights: written(weights.second) }, ...texts),
    };
    const places = ownPositions(
      model,
      texts.map((text) => model.tokenizer.encode(text)),
    );
    expect(places.length).toBe(5);
    for (const { trunkInput } of base.heads) {
      for (const [text] of texts.entries()) {
        for (let position = 0; position < base.folder.tokenizer.maxTokens; position++) {
          const row = (from: KeysAndValues) => rowOf(from, trunkInput, text, position);
          const place = places.find((one) => one.text === text && one.position === position);
          if (!place) expect(row(all)).toEqual(row(references.base));
          else {
            const from = place.weights === weights.first ? references.first : references.second;
            expect(farthest(row(all), row(from))).toBeLessThan(1e-5);
            expect(farthest(row(all), row(references.base))).toBeGreaterThan(1e-2);
          }
        }
      }
    }
  });

  test('move by the share of it that is read beside another token', async () => {
    const moved = (share: number) => ({
      ...plain,
      own: new Map([
        [first, { ...someWeights(1, 0), amongOthers: share }],
        [second, { following: 0, heads: new Map() }],
      ]),
    });
    const text = 'a <new1> dog on a <new2> hat';
    const [none, part, all] = [
      await project(plain, text),
      await project(moved(0.75), text),
      await project(moved(1), text),
    ];
    for (const { trunkInput } of base.heads) {
      const [from, here, to] = [none, part, all].map((each) => rowOf(each, trunkInput, 0, 2));
      const expected = from!.map((value, i) => value + 0.75 * (to![i]! - value));
      expect(farthest(here!, expected)).toBeLessThan(1e-5);
      expect(farthest(here!, to!)).toBeGreaterThan(1e-2);
    }
  });

  test('of a prompt keep their bits whatever other tokens are taught', async () => {
    const own = new Map([[first, someWeights(1, 1)]]);
    const before = await project({ ...plain, own }, 'a <new1> dog', 'a dog');
    const after = await project(
      { ...plain, own: own.set(second, someWeights(2, 1)) },
      'a <new1> dog',
      'a dog',
    );
    expect(after).toEqual(before);
  });

  test('follow each layer’s own embedding, where a token has such', async () => {
    const layers = attentionLayers(base.heads).map(
      (_, layer) => new Map([[first, gaussianNoise(6, layer, base.embeddings.width)]]),
    );
    const own = new Map([[first, someWeights(1, 0)]]);
    const all = await project({ ...plain, layers, own }, 'a <new1> dog');
    for (const [layer, heads] of attentionLayers(base.heads).entries()) {
      const added = new Map([...plain.added, ...layers[layer]!]);
      const alone = await project({ ...plain, added, own }, 'a <new1> dog');
      for (const { trunkInput } of heads) expect(all[trunkInput]).toEqual(alone[trunkInput]);
    }
  });
});

/** Of the first token's embedding: the sum over where it stands. */
function embeddingSlope({ dims, data }: Tensor, encodings: readonly Encoding[]): Float32Array {
  const [, tokens = 0, width = 0] = dims;
  const slope = new Float32Array(width);
  for (const [text, { ids }] of encodings.entries()) {
    const from = (text * tokens + ids.indexOf(first)) * width;
    slope.forEach((value, i) => {
      slope[i] = value + Number(data[from + i]);
    });
  }
  return slope;
}

describe('training', () => {
  let training: Training;
  beforeAll(async () => {
    training = await openTraining(base, 2);
  });
  afterAll(() => training.release());

  test('gradients of a token’s own weights and, through its places, of its embedding are those of finite differences', async () => {
    const following = 1;
    const encodings = ['a <new1> dog', 'the <new1> hat'].map((text) => plain.tokenizer.encode(text));
    const latents = (stream: number) => float32([2, 4, 16, 16], gaussianNoise(9, stream, 2048));
    const at = (model: TaughtModel): DenoisingBatch => ({
      embeddings: embedForHeads(model, encodings),
      positions: ownPositions(model, encodings),
      sample: latents(0),
      target: latents(1),
      timesteps: [100, 700],
    });
    const taught = (weights: TokenWeights, added = plain.added): TaughtModel => ({
      ...plain,
      added,
      own: new Map([[first, weights]]),
    });
    const weights = someWeights(1, following);
    const around = aroundToken(first, following);
    let kept: KeysAndValues = {};
    await training.step(at(taught(weights)), base.baseWeights, {
      adjust(cotangents) {
        kept = around(cotangents, encodings);
        return kept;
      },
    });
    const options = { batch: 2, weights: base.baseWeights, own: weights, positions: 4 };
    const ofToken = await base.tokenDenoising(options);
    const { gradients } = await ofToken.step(at(taught(weights)));
    await ofToken.release();
    const lossOf = async (model: TaughtModel) => (await training.step(at(model), base.baseWeights)).loss;
    for (const { name } of base.heads) {
      const { indices, values } = weights.heads.get(name)!;
      const slopes = gradients.weights.get(name)!;
      const square = slopes.reduce((sum, slope) => sum + slope * slope, 0);
      const by = 0.02 / Math.sqrt(square);
      const moved = (sign: number) => {
        const there = values.map((value, i) => value + sign * by * slopes[i]!);
        const heads = new Map(weights.heads).set(name, { indices, values: there });
        return lossOf(taught({ following, heads }));
      };
      expect(((await moved(1)) - (await moved(-1))) / (2 * by * square)).toBeCloseTo(1, 1);
    }

    const slope = embeddingSlope(gradients.embeddings, encodings);
    const square = slope.reduce((sum, value) => sum + value * value, 0);
    const by = 0.01 / Math.sqrt(square);
    /** Σ of ⟨K, dLoss/dK⟩ and ⟨V, dLoss/dV⟩ over the places, which is all that the embedding is taught by. */
    const paired = async (sign: number) => {
      const row = plain.added.get(first)!.map((value, i) => value + sign * by * slope[i]!);
      const added = new Map(plain.added).set(first, row);
      const all = await projectTexts(taught(weights, added), encodings);
      return base.heads.reduce((sum, { trunkInput }) => {
        const cotangents = kept[trunkInput]!.data as Float32Array;
        return (all[trunkInput]!.data as Float32Array).reduce(
          (own, value, i) => own + value * cotangents[i]!,
          sum,
        );
      }, 0);
    };
    expect(((await paired(1)) - (await paired(-1))) / (2 * by * square)).toBeCloseTo(1, 2);
  });
});
