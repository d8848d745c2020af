import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runOnProvider } from '../../../../bin/support/bench/provider/run.ts';
import { unwrap } from '../../../../src/result.ts';
import { listGpus } from '../../../../src/runtime/gpu.ts';
import { readSettings } from '../../../../src/settings/settings.ts';

const root = join(import.meta.dirname, '../../../..');
const model = join(root, 'test/fixtures/tiny-sd');

interface Step {
  readonly kind: string;
  readonly batch: number;
  readonly keepsake: { readonly transfers: object; readonly secondSeconds: number };
}

test('a provider is held against PyTorch, and its steps are timed with what goes in and out', async () => {
  const settings = unwrap(readSettings({ PROVIDER: 'cpu', THREADS: '1', PRECISION: 'float16' }, root));
  const told: object[] = [];
  const onMeasured = async (soFar: object) => void told.push(structuredClone(soFar));
  const found = (await runOnProvider({
    settings,
    measured: { model },
    runs: 1,
    batches: [2],
    teachSteps: 2,
    onMeasured,
  })) as {
    readonly parity: { readonly passes: boolean; readonly comparisons: readonly object[] };
    readonly halfParity: { readonly passes: boolean; readonly largest: number };
    readonly steps: readonly Step[];
    readonly commands: {
      readonly teach: {
        readonly steps: number;
        readonly seconds: number;
        readonly phases: Readonly<Record<string, number>>;
      };
    };
    readonly decoding: { readonly median: number };
    readonly aims: readonly { readonly found: number | null }[];
  };
  expect(found.decoding.median).toBeGreaterThan(0);
  const { steps, seconds, phases } = found.commands.teach;
  expect(steps).toBe(2);
  expect(phases).toMatchObject({ selecting: expect.any(Number), training: expect.any(Number) });
  expect(Object.values(phases).reduce((sum, each) => sum + each, 0)).toBeCloseTo(seconds, 6);
  // There is no PyTorch.
  expect(found.aims.map(({ found: each }) => each)).toEqual([
    expect.any(Number),
    expect.any(Number),
    null,
    null,
  ]);
  expect(told).toHaveLength(5);
  expect(found.parity.passes).toBe(true);
  expect(found.halfParity).toMatchObject({ passes: true, largest: expect.any(Number) });
  expect(found.halfParity.largest, 'half precision is not that near').toBeGreaterThan(1e-4);
  // Text, U-Net, autoencoder, gradients, training, and five samplers at least.
  expect(found.parity.comparisons.length).toBeGreaterThanOrEqual(10);
  expect(found.steps.map(({ kind, batch }) => [kind, batch])).toEqual([
    ['training', 2],
    ['denoising', 2],
    ['denoising', 8],
    ['denoising', 8],
  ]);
  // Four layers' keys and values, three of 32 wide and one of 64, for 77 tokens of two texts, in two bytes; latents; timesteps and which
  // text each entry reads in eight bytes.
  const latents = 2 * 4 * 16 * 16 * 4;
  const keysAndValues = 2 * 77 * 2 * (32 + 64 + 32 + 32) * 2;
  expect(found.steps[1]?.keepsake.transfers).toEqual({
    inBytes: latents + keysAndValues + 2 * 8 + 2 * 8,
    outBytes: latents,
  });
});

test('where there is no GPU, the command says so and how to mend it, with a status of its own', async () => {
  const gpus = await listGpus();
  const { stderr, code } = await new Promise<{ stderr: string; code: unknown }>((resolve) =>
    execFile(
      process.execPath,
      ['bin/bench.ts', '--provider', 'cuda', '--model', 'no-such-folder'],
      { cwd: root },
      (error, _, stderr) => resolve({ stderr, code: error?.code }),
    ),
  );
  if (gpus === undefined) expect(stderr).toMatch(/FAIL {2}driver.*Then run npm run setup:gpu again/s);
  expect(code).toBe(gpus === undefined ? 3 : 1);
});
