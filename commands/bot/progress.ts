import type { PixelImage } from '../../src/pictures/image.ts';
import type { Progress } from '../../src/studio/studio.ts';
import type { PlacedButton } from './buttons.ts';
import type { RichText } from './rich-text.ts';

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
}

const phases: Readonly<Record<Progress['phase'], string>> = {
  waiting: 'Waiting for its turn',
  captioning: 'Describing the pictures',
  loading: 'Getting the model ready',
  recalling: 'Drawing what it knows of the class',
  selecting: 'Choosing the neurons',
  training: 'Learning',
  drawing: 'Drawing',
};

export function progressView(title: RichText, cancel: PlacedButton, progress?: Progress): ProgressView {
  if (!progress) return { title, cancel, phase: phases.waiting };
  const { phase, step, steps, ahead, ...numbers } = progress;
  const waitsFor = ahead ? ` (${ahead} before it)` : '';
  const known = steps > 0 ? { step, steps, fraction: Math.min(1, Math.max(0, step / steps)) } : {};
  return { ...numbers, ...known, title, cancel, phase: phases[phase] + waitsFor };
}

/** Progress in one line, for platforms that show text: `▰▰▰▱▱▱▱▱▱▱ 30 % · Learning · step 90 of 300 · loss 0.0412 · 26 s left`. */
export function progressLine(view: ProgressView): string {
  const { fraction } = view;
  const done = fraction === undefined ? [] : [`${bar(fraction)} ${Math.floor(fraction * 100)} %`];
  return [...done, progressWords(view)].join(' · ');
}

/** Progress without its bar: `Learning · step 90 of 300 · loss 0.0412 · 26 s left`. */
export function progressWords({ phase, step, steps, loss, secondsLeft }: ProgressView): string {
  const parts = [
    phase,
    step === undefined ? undefined : `step ${step} of ${steps}`,
    loss === undefined ? undefined : `loss ${loss.toFixed(4)}`,
    secondsLeft === undefined ? undefined : `${duration(secondsLeft)} left`,
  ];
  return parts.filter((part) => part !== undefined).join(' · ');
}

/** A time people can read: `26 s`, `3 min 5 s`. */
export function duration(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  return whole % 60 === 0 ? `${whole / 60} min` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

function bar(fraction: number): string {
  const full = Math.floor(fraction * 10);
  return '▰'.repeat(full) + '▱'.repeat(10 - full);
}
