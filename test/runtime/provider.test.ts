import { expect, test } from 'vitest';
import { attempt } from '../../src/result.ts';
import { openRuntime } from '../../src/runtime/provider.ts';

test('the CPU is used without a question where the setting asks for it', async () => {
  const { runtime, reason } = await openRuntime('cpu');
  expect(runtime.provider).toBe('cpu');
  expect(reason).toContain('PROVIDER');
});

test('auto opens a runtime that computes, and says what it chose', async () => {
  const { runtime, reason } = await openRuntime('auto');
  expect(reason).toMatch(runtime.provider === 'cuda' ? /GPU/ : /CPU/);
});

test('auto takes no CPU where it is told not to', async () => {
  const result = await attempt(() => openRuntime('auto', { cpuInstead: false }));
  if (result.ok) expect(result.value.runtime.provider).toBe('cuda');
  else expect(result.problem).toMatchObject({ code: 'engine-down', message: expect.stringContaining('GPU') });
});

test('CUDA asked for and missing is a problem with advice, never a silent CPU', async () => {
  const result = await attempt(() => openRuntime('cuda'));
  if (result.ok) expect(result.value.runtime.provider).toBe('cuda');
  else
    expect(result.problem).toMatchObject({
      code: 'engine-down',
      message: expect.stringContaining('npm run setup:gpu'),
    });
});
