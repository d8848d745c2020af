import { afterEach, expect, test, vi } from 'vitest';
import { createProgressPace } from '../../adapters/progress-pace.ts';
import { type ProgressView, progressView } from '../../commands/bot/progress.ts';
import { messagesIn } from '../../commands/locales/index.ts';

afterEach(() => vi.useRealTimers());

const cancel = { id: 'cancel/stop/requester/1/2', label: 'Cancel', style: 'plain' } as const;
const drawn = (shade: number) => ({ width: 1, height: 1, rgb: new Uint8Array([shade, shade, shade]) });

function at(step: number, shade?: number): ProgressView {
  const progress = { phase: 'training', step, steps: 300 } as const;
  const preview = shade === undefined ? {} : { preview: drawn(shade) };
  return progressView(['Learning'], cancel, messagesIn('en'), { ...progress, ...preview });
}

test('a preview that comes between two shows is not lost, and the newest of several is shown', async () => {
  vi.useFakeTimers();
  const shown: (readonly [number | undefined, number | undefined])[] = [];
  const pace = createProgressPace(
    1000,
    async ({ step, preview }) => void shown.push([step, preview?.rgb[0]]),
  );
  for (const view of [at(1), at(75, 10), at(76), at(77)]) pace.offer(view);
  await vi.advanceTimersByTimeAsync(1000);
  for (const view of [at(150, 20), at(151), at(225, 30), at(226)]) pace.offer(view);
  await vi.advanceTimersByTimeAsync(1000);
  pace.offer(at(227));
  await vi.advanceTimersByTimeAsync(1000);
  expect(shown).toEqual([
    [1, undefined],
    [77, 10],
    [226, 30],
    [227, undefined],
  ]);
});
