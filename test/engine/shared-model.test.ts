import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DrawRequest } from '../../src/diffusion/draw.ts';
import { draw } from '../../src/diffusion/draw.ts';
import type { Model } from '../../src/diffusion/model.ts';
import { shareModel, sharingHooks } from '../../src/engine/shared-model.ts';
import type { TaskContext } from '../../src/engine/task.ts';
import { joinIn } from '../../src/engine/together.ts';
import { createTurnstile } from '../../src/engine/turnstile.ts';
import { withConcepts } from '../../src/personalize/concepts.ts';
import { bits, madeUpConcept, openTiny } from '../personalize/tiny.ts';

let base: Model;
beforeAll(async () => {
  base = await openTiny();
});
afterAll(() => base.release());

/** Four servers' drawings that have nothing in common but the model: concepts, prompt, seed, steps, sampler, guidance, count. */
const drawings: readonly (DrawRequest & { readonly concept: number })[] = [
  { concept: 1, prompt: 'a <new1> dog', seed: 5, steps: 6, sampler: 'ddim', guidanceScale: 4, count: 1 },
  { concept: 2, prompt: 'a <new2> dog', seed: 5, steps: 4, sampler: 'euler', guidanceScale: 7, count: 2 },
  { concept: 3, prompt: 'snow', seed: 6, steps: 5, sampler: 'dpmpp_2m', guidanceScale: 1, count: 1 },
  { concept: 4, prompt: 'a <new4> hat', seed: 7, steps: 3, sampler: 'lcm', guidanceScale: 1, count: 3 },
].map((drawing) => ({ ...drawing, negativePrompt: 'rain' }) as DrawRequest & { concept: number });

/** Batch sizes that the text side, the trunk and the decoder were run with. */
interface Runs {
  readonly texts: number[];
  readonly trunk: number[];
  readonly decoder: number[];
}

function watched(): { readonly model: Model; readonly runs: Runs } {
  const runs: Runs = { texts: [], trunk: [], decoder: [] };
  const model: Model = {
    ...base,
    textSide: {
      ...base.textSide,
      project(embeddings, weights, places) {
        runs.texts.push(embeddings.dims[0] ?? 0);
        return base.textSide.project(embeddings, weights, places);
      },
    },
    trunk: {
      ...base.trunk,
      predict(sample, timesteps, texts) {
        runs.trunk.push(timesteps.length);
        return base.trunk.predict(sample, timesteps, texts);
      },
    },
    autoencoder: {
      ...base.autoencoder,
      decode(latents) {
        runs.decoder.push(latents.dims[0] ?? 0);
        return base.autoencoder.decode(latents);
      },
    },
  };
  return { model, runs };
}

const alone = { turn: <T>(action: () => Promise<T>) => action(), onStep: () => {} };

/** Draws all at once as tasks of one engine; a task that `cancelled` names is given up at its second step. */
async function together(
  options: { pictures: number; fewSizes: boolean; requests?: typeof drawings },
  cancelled = -1,
) {
  const { model, runs } = watched();
  const sharing = shareModel(model, options);
  const turnstile = createTurnstile();
  const requests = options.requests ?? drawings;
  const outcomes = await Promise.allSettled(
    requests.map((request, id) => {
      const controller = new AbortController();
      const context: TaskContext = {
        signal: controller.signal,
        onProgress: () => {},
        step: (kind, action) => turnstile.turn(kind, action),
        together: (work, item) => joinIn(turnstile, work, item, { id, signal: controller.signal }),
      };
      const onStep = (step: number) => void (id === cancelled && step === 2 && controller.abort());
      return draw(taught(request.concept), request, { ...sharingHooks(sharing, context), onStep });
    }),
  );
  return { outcomes, runs };
}

/** The first two servers' concepts have their weights where their tokens stand, the others' have them everywhere. */
const taught = (concept: number) => {
  const names = base.heads.slice(0, 4).map(({ name }) => name);
  const made = madeUpConcept(base, concept, names);
  return withConcepts(base, [concept <= 2 ? { ...made, following: 1 } : made]);
};

const latentsAlone = (): Promise<readonly Uint32Array[]> =>
  Promise.all(
    drawings.map(async (request) => bits((await draw(taught(request.concept), request, alone)).latents.data)),
  );

const latentsOf = ({ outcomes }: Awaited<ReturnType<typeof together>>) =>
  outcomes.map((outcome) => outcome.status === 'fulfilled' && bits(outcome.value.latents.data));

describe('pictures of several servers', () => {
  test('go through the U-Net together and are, to the bit, those that each would have alone', async () => {
    const drawn = await together({ pictures: 8, fewSizes: false });
    expect(latentsOf(drawn)).toEqual(await latentsAlone());
    const steps = drawings.reduce((sum, request) => sum + request.steps, 0);
    expect(drawn.runs.trunk.length).toBeLessThan(steps / 2);
    expect(Math.max(...drawn.runs.trunk)).toBe(2 + 4 + 1 + 3);
    // Two prompts, each with what to keep out and read once more for its token, under the base model's matrices; two
    // without, each under a server's own.
    expect(drawn.runs.texts.toSorted()).toEqual([1, 1, 6]);
  });

  test('are no more at once than the bound, also those of one drawing', async () => {
    const drawn = await together({ pictures: 1, fewSizes: false });
    expect(latentsOf(drawn)).toEqual(await latentsAlone());
    expect([Math.max(...drawn.runs.trunk), Math.max(...drawn.runs.decoder)]).toEqual([2, 1]);
  });

  test('fill batches of few sizes where each size costs a session', async () => {
    const drawn = await together({ pictures: 6, fewSizes: true });
    expect(latentsOf(drawn)).toEqual(await latentsAlone());
    expect([...new Set(drawn.runs.trunk)].filter((size) => ![1, 2, 4, 8, 12].includes(size))).toEqual([]);
    expect(drawn.runs.trunk.some((size) => size > 4)).toBe(true);
  });

  test('are not disturbed by one that is cancelled', async () => {
    const drawn = await together({ pictures: 8, fewSizes: false }, 1);
    expect(drawn.outcomes[1]).toMatchObject({ reason: { problem: { code: 'cancelled' } } });
    expect(latentsOf(drawn)).toEqual((await latentsAlone()).with(1, false as never));
  });

  test('of another size do not go together, and none waits for ever', async () => {
    const [first, second] = drawings as [(typeof drawings)[number], (typeof drawings)[number]];
    const requests = [first, { ...second, size: { width: 64, height: 32 } }];
    const drawn = await together({ pictures: 8, fewSizes: false, requests });
    expect(drawn.outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect(Math.max(...drawn.runs.trunk)).toBe(4);
  });
});
