import { join } from 'node:path';
import type { HeadWeights } from '../../../src/diffusion/heads.ts';
import type { Model } from '../../../src/diffusion/model.ts';
import { type TaughtModel, untaught } from '../../../src/diffusion/taught-model.ts';
import { gaussianNoise } from '../../../src/random.ts';
import type { Runtime } from '../../../src/runtime/runtime.ts';
import { createRuntime } from '../../../src/runtime/session.ts';

export const tinySd = join(import.meta.dirname, '../../fixtures/tiny-sd');

/** One run of a session: which session it was, by order of opening, and the shapes of what went in. */
export interface Run {
  readonly session: number;
  readonly dims: Readonly<Record<string, readonly number[]>>;
}

/** The real runtime, keeping record of what is opened and run. */
export function recordingRuntime(): { runtime: Runtime; opened: string[]; runs: Run[] } {
  const real = createRuntime({ threads: 1 });
  const opened: string[] = [];
  const runs: Run[] = [];
  const runtime: Runtime = {
    ...real,
    async open(model, options) {
      const number = opened.push('path' in model ? model.path : model.name) - 1;
      const session = await real.open(model, options);
      return {
        ...session,
        run(feeds, fetches) {
          const dims = Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, tensor.dims]));
          runs.push({ session: number, dims });
          return session.run(feeds, fetches);
        },
      };
    },
  };
  return { runtime, opened, runs };
}

/** The base weights with a tenth of them moved, others for each seed. */
export function movedWeights(base: Model, seed: number): HeadWeights {
  const move = (values: Float32Array, stream: number) => {
    const noise = gaussianNoise(seed, stream, values.length);
    return values.map((value, i) => (i % 10 === seed % 10 ? value + 0.3 * (noise[i] as number) : value));
  };
  return new Map([...base.baseWeights].map(([name, values], i) => [name, move(values, i)]));
}

/** A model with `count` tokens of its own, `<new1>` and so on, whose embeddings nobody trained. */
export function taughtModel(base: Model, seed: number, count = 1): TaughtModel {
  const { tokenizer } = untaught(base);
  const added = new Map(
    Array.from({ length: count }, (_, i) => [
      tokenizer.addToken(`<new${i + 1}>`),
      gaussianNoise(seed, 1000 + i, base.embeddings.width),
    ]),
  );
  return { base, tokenizer, added, weights: movedWeights(base, seed) };
}

export const nothing = { turn: <T>(action: () => Promise<T>) => action(), onStep() {} };

/** max |a − b| / max |b| */
export function farthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let difference = 0;
  let scale = 0;
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    difference = Math.max(difference, Math.abs((a[i] as number) - (b[i] as number)));
    scale = Math.max(scale, Math.abs(b[i] as number));
  }
  return difference / scale;
}
