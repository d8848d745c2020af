import type { PixelImage } from '../../src/pictures/image.ts';
import type { Progress } from '../../src/studio/studio.ts';
import type { Messages } from '../locales/index.ts';
import type { PlacedButton } from './buttons.ts';
import type { RichText } from './rich-text.ts';

/** Of a job whose files are not kept yet: where the bot is stopped now, they must be sent again. */
export const fetching: Progress = { phase: 'fetching', step: 0, steps: 0 };

/** How far a job is, ready to show. */
export interface ProgressView {
  readonly title: RichText;
  /** What is being done, or what is waited for. */
  readonly phase: string;
  /** 0…1; absent while nothing is known. */
  readonly fraction?: number;
  readonly step?: number;
  readonly steps?: number;
  readonly loss?: number;
  readonly secondsLeft?: number;
  readonly preview?: PixelImage;
  /** Stops the job. */
  readonly cancel: PlacedButton;
  /** The same without its bar: `Learning · step 90 of 300 · loss 0.0412 · 26 s left`. */
  readonly inWords: string;
}

/** What a platform shows of a job; as waiting where nothing was heard of it. */
export function progressView(
  title: RichText,
  cancel: PlacedButton,
  words: Messages,
  progress?: Progress,
): ProgressView {
  const { phases, ahead: waitsFor } = words.progress;
  if (!progress) return { title, cancel, phase: phases.waiting, inWords: phases.waiting };
  const { phase, step, steps, ahead, ...numbers } = progress;
  const known = steps > 0 ? { step, steps, fraction: Math.min(1, Math.max(0, step / steps)) } : {};
  const named = phases[phase] + (ahead ? waitsFor(ahead) : '');
  const inWords = [named, ...numbersOf(progress, words)].join(' · ');
  return { ...numbers, ...known, title, cancel, phase: named, inWords };
}

/** Progress in one line, for platforms that show text: `▰▰▰▱▱▱▱▱▱▱ 30 % · Learning · step 90 of 300 · loss 0.0412 · 26 s left`. */
export function progressLine({ fraction, inWords }: Pick<ProgressView, 'fraction' | 'inWords'>): string {
  const done = fraction === undefined ? [] : [`${bar(fraction)} ${Math.floor(fraction * 100)} %`];
  return [...done, inWords].join(' · ');
}

function numbersOf({ phase, step, steps, loss, secondsLeft }: Progress, words: Messages): readonly string[] {
  const left = phase === 'waiting' ? words.queue.left : words.progress.left;
  return [
    ...(steps > 0 ? [words.progress.step(step, steps)] : []),
    ...(loss === undefined ? [] : [words.progress.loss(loss.toFixed(4))]),
    ...(secondsLeft === undefined ? [] : [left(duration(secondsLeft, words))]),
  ];
}

/** A time people can read: `26 s`, `3 min 5 s`. */
export function duration(seconds: number, words: Messages): string {
  const whole = Math.max(1, Math.round(seconds));
  return words.progress.duration(Math.floor(whole / 60), whole % 60);
}

function bar(fraction: number): string {
  const full = Math.floor(fraction * 10);
  return '▰'.repeat(full) + '▱'.repeat(10 - full);
}
