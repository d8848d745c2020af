import { describe, expect, test } from 'vitest';
import { duration, progressLine, progressView } from '../../../commands/bot/progress.ts';
import { messagesIn } from '../../../commands/locales/index.ts';

const cancel = { id: 'cancel/stop/requester/ada/1', label: 'Cancel', style: 'plain' } as const;
const en = messagesIn('en');
const line = (progress?: Parameters<typeof progressView>[3], words = en) =>
  progressLine(progressView(['Learning'], cancel, words, progress));

describe('progress', () => {
  test('in a line says the part done, the step, the loss and the time left', () => {
    expect(line({ phase: 'training', step: 90, steps: 300, loss: 0.04123, secondsLeft: 26.4 })).toBe(
      '▰▰▰▱▱▱▱▱▱▱ 30 % · Learning · step 90 of 300 · loss 0.0412 · 26 s left',
    );
  });

  test('is said in the language of who is answered', () => {
    const progress = { phase: 'training', step: 90, steps: 300, secondsLeft: 185 } as const;
    expect(line(progress, messagesIn('zh-TW'))).toBe(
      '▰▰▰▱▱▱▱▱▱▱ 30 % · 學習中 · 第 90 步，共 300 步 · 剩下 3 分 5 秒',
    );
  });

  test('before anything is known says what is waited for', () => {
    expect(line()).toBe('Waiting for its turn');
    expect(line({ phase: 'waiting', step: 0, steps: 0, ahead: 2 })).toBe(
      'Waiting for its turn (2 before it)',
    );
    expect(line({ phase: 'waiting', step: 0, steps: 0, ahead: 1, secondsLeft: 150 })).toBe(
      'Waiting for its turn (1 before it) · done in about 2 min 30 s',
    );
    expect(line({ phase: 'loading', step: 0, steps: 0 })).toBe('Getting the model ready');
  });

  test('stays between nothing and all, whatever the engine says', () => {
    expect(line({ phase: 'drawing', step: 31, steps: 30 })).toMatch(/^▰{10} 100 %/);
    expect(line({ phase: 'drawing', step: -1, steps: 30 })).toMatch(/^▱{10} 0 %/);
  });

  test('tells time as people do', () => {
    expect([0.2, 26.4, 60, 185].map((seconds) => duration(seconds, en))).toEqual([
      '1 s',
      '26 s',
      '1 min',
      '3 min 5 s',
    ]);
  });
});
