import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { denoise } from '../../src/diffusion/denoise.ts';
import { type DrawRequest, draw } from '../../src/diffusion/draw.ts';
import { type Model, openModel } from '../../src/diffusion/model.ts';
import { createScheduler } from '../../src/diffusion/schedulers/scheduler.ts';
import { embed, type TaughtModel, untaught } from '../../src/diffusion/taught-model.ts';
import { eachText } from '../../src/diffusion/texts.ts';
import type { TokenWeights } from '../../src/diffusion/token-weights.ts';
import { float32 } from '../../src/onnx/tensor.ts';
import { gaussianNoise } from '../../src/random.ts';
import { farthest, nothing, type Run, recordingRuntime, taughtModel, tinySd } from './support/tiny-sd.ts';

const { runtime, opened, runs } = recordingRuntime();
const request: DrawRequest = {
  prompt: 'a <new1> dog in the park',
  negativePrompt: 'blurred',
  count: 1,
  seed: 5,
  steps: 4,
  guidanceScale: 5,
  sampler: 'ddim',
};

let base: Model;
let one: TaughtModel;
let other: TaughtModel;

beforeAll(async () => {
  base = await openModel(runtime, tinySd);
  one = taughtModel(base, 1);
  other = taughtModel(base, 2);
});
afterAll(() => base.release());

/** Every ninth weight of all heads, moved. */
function someOwn(seed: number): TokenWeights {
  const placed = [...base.baseWeights].map(([name, matrix]) => {
    const indices = Uint32Array.from(matrix.keys()).filter((at) => at % 9 === seed);
    return [name, { indices, values: Float32Array.from(indices, (at) => 0.5 - matrix[at]!) }] as const;
  });
  return { following: 0, heads: new Map(placed) };
}

/** What ran while something was done. */
async function runsOf(action: () => Promise<unknown>): Promise<readonly Run[]> {
  const before = runs.length;
  await action();
  return runs.slice(before);
}

describe('what follows from the cut', () => {
  test('servers share one set of sessions: switching between them opens nothing and leaves no trace', async () => {
    await draw(untaught(base), request, nothing);
    await draw(taughtModel(base, 4), request, nothing);
    const sessions = opened.length;
    const weightsBefore = new Map([...base.baseWeights].map(([name, values]) => [name, values.slice()]));
    const first = await draw(one, request, nothing);
    const second = await draw(other, request, nothing);
    const again = await draw(one, request, nothing);
    expect(opened.length).toBe(sessions);
    expect(again.latents.data).toEqual(first.latents.data);
    expect(farthest(second.latents.data, first.latents.data)).toBeGreaterThan(1e-3);
    expect(base.baseWeights).toEqual(weightsBefore);
  });

  test('pictures for different servers come out of one batch as they do alone', async () => {
    const models = [one, other];
    const prompts = ['a <new1> dog', 'photo of a <new1> hat'];
    const alone = await Promise.all(
      models.map((model, i) => draw(model, { ...request, prompt: prompts[i] as string }, nothing)),
    );

    const project = (model: TaughtModel, text: string) =>
      base.textSide.project(embed(model, [model.tokenizer.encode(text)]), model.weights);
    const negatives = await Promise.all(models.map((model) => project(model, request.negativePrompt)));
    const positives = await Promise.all(models.map((model, i) => project(model, prompts[i] as string)));
    const start = gaussianNoise(request.seed, 0, 4 * 16 * 16);
    const walk = {
      noise: float32([2, 4, 16, 16], Float32Array.of(...start, ...start)),
      texts: [...negatives, ...positives].flatMap(eachText),
      guidanceScale: request.guidanceScale,
      scheduler: createScheduler('ddim', base.folder.scheduler, request.steps),
    };
    const ran = await runsOf(async () => {
      const { data } = await denoise(base.trunk, walk, nothing);
      expect(farthest(data.subarray(0, 1024), alone[0]!.latents.data)).toBeLessThan(1e-4);
      expect(farthest(data.subarray(1024), alone[1]!.latents.data)).toBeLessThan(1e-4);
    });
    expect(ran.length).toBe(request.steps);
  });

  test('keys and values are computed once a prompt; a step runs the trunk alone, without text states', async () => {
    const ran = await runsOf(() => draw(one, { ...request, count: 2, steps: 6 }, nothing));
    const [textSide, trunk, decoder] = [0, 1, 2];
    expect(ran.slice(1).map(({ session }) => session)).toEqual([
      ...new Array<number>(6).fill(trunk),
      decoder,
    ]);
    const plain = await runsOf(() => draw(untaught(base), request, nothing));
    expect(plain[0]?.session).toBe(textSide);
    const inputs = Object.keys(ran[1]!.dims);
    expect(inputs).toHaveLength(base.heads.length + 2);
    expect(inputs).not.toContain('encoder_hidden_states');
  });

  test('composing seven concepts runs the same sessions on the same sizes as composing none', async () => {
    const { weights: _, ...taught } = taughtModel(base, 3, 7);
    const own = new Map([...taught.added.keys()].map((token, seed) => [token, someOwn(seed)]));
    const seven = { ...taught, own, weights: base.baseWeights };
    const prompt = '<new1> <new2> <new3> <new4> <new5> <new6> <new7>';
    const composed = await runsOf(() => draw(seven, { ...request, prompt }, nothing));
    const plain = await runsOf(() => draw(untaught(base), { ...request, prompt: 'a dog' }, nothing));
    expect(composed).toEqual(plain);
  });
});
