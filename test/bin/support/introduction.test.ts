import { expect, onTestFinished, test, vi } from 'vitest';
import { introduce } from '../../../bin/support/introduction.ts';
import { failure } from '../../../src/result.ts';

const engine = { describe: async () => failure('engine-down', 'It is down.') };
const settings = { modelDir: '/models/small', provider: 'auto' } as const;

/** What is said on standard error from now on. */
function complaints() {
  const log = vi.spyOn(console, 'log').mockReturnValue();
  const error = vi.spyOn(console, 'error').mockReturnValue();
  onTestFinished(() => {
    log.mockRestore();
    error.mockRestore();
  });
  return () => error.mock.calls.flat();
}

test('a start warns of a GPU that is not used', async () => {
  const said = complaints();
  await introduce(engine, settings, async ({ provider }) => `The GPU is not used with ${provider}.`);
  expect(said()).toEqual(['Warning: The GPU is not used with auto.', 'It is down.']);
});

test('a start warns of nothing where no GPU is left unused', async () => {
  const said = complaints();
  await introduce(engine, settings, async () => undefined);
  expect(said()).toEqual(['It is down.']);
});
