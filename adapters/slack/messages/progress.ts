import type { ProgressView } from '../../../commands/bot/progress.ts';
import { createProgressPace } from '../../progress-pace.ts';
import type { Courier, Spot } from './courier.ts';
import { createFrame } from './frame.ts';
import type { Gallery } from './gallery.ts';
import { progressMessage, type Style } from './messages.ts';
import { kindOf, SlackRefusal } from './refusal.ts';

/** How far a job is, in the message that its answer takes the place of. */
export interface ShownProgress {
  offer(view: ProgressView): void;
  /** Shows no more, and resolves when nothing is being shown any more. */
  finish(): Promise<void>;
  /** Takes the picture away, once the message shows it no more. */
  close(): Promise<void>;
}

export interface ProgressOptions {
  readonly courier: Courier;
  readonly gallery: Gallery;
  readonly style: Style;
  /** What a preview shows, for those who cannot see it. */
  readonly alt: string;
  /** The message, once there is one. */
  readonly slot: () => Spot | undefined;
  /** Milliseconds between two edits, asked for after each. */
  readonly pace: () => number;
  /** Milliseconds that a job must have left for a preview of it to be worth bringing. */
  readonly glance: number;
}

export function createProgress(options: ProgressOptions): ShownProgress {
  const { courier, gallery, style, alt, slot, glance } = options;
  const frame = createFrame(gallery, alt);
  let muted = false;
  let pauseUntil = 0;

  function heed(error: unknown): void {
    if (!(error instanceof SlackRefusal)) throw error;
    if (error.kind === 'rate-limited') pauseUntil = Date.now() + error.seconds * 1000;
    else if (error.kind !== 'unreachable') muted = true;
  }

  async function show(spot: Spot, view: ProgressView): Promise<void> {
    const file = frame.hanging();
    const picture = file === undefined ? undefined : { file, alt };
    try {
      await courier.editOnce(spot, progressMessage(view, style, picture));
    } catch (error) {
      if (kindOf(error) !== 'other' || !picture) return heed(error);
      frame.drop();
      return show(spot, view);
    }
    await frame.tidy();
  }

  const pace = createProgressPace(
    () => Math.max(options.pace(), pauseUntil - Date.now()),
    async (view) => {
      const spot = slot();
      if (!spot || muted) return;
      const { preview, secondsLeft = 0 } = view;
      if (preview && secondsLeft * 1000 >= glance) await frame.bring(preview);
      await show(spot, view);
    },
  );

  return { offer: pace.offer, finish: pace.finish, close: frame.close };
}
