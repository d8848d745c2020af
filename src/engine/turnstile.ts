import { setImmediate } from 'node:timers/promises';
import type { StepKind } from './protocol.ts';

/** Lets one step at a time through. A step blocks the process, so turns change only between steps. */
export interface Turnstile {
  /** Runs `step` when its turn has come, and returns what it gave. */
  turn<T>(kind: StepKind, step: () => T | Promise<T>): Promise<T>;
}

export interface TurnstileOptions {
  /** Steps of drawing in a row, after which one of training is due. Default 8. */
  readonly drawingInARow?: number;
  /** Hears how long each step took, in seconds. */
  readonly onStep?: (kind: StepKind, seconds: number) => void;
}

/**
 * Drawing goes before training, since a person waits for a picture for seconds and for a teach for a minute; but after
 * `drawingInARow` steps of drawing in a row one step of training goes first. Within a kind, first come, first served. Between
 * steps the event loop turns once, so that messages get in.
 */
export function createTurnstile({ drawingInARow = 8, onStep = () => {} }: TurnstileOptions = {}): Turnstile {
  const waiting: Record<StepKind, (() => void)[]> = { drawing: [], training: [] };
  let busy = false;
  let drawnInARow = 0;

  const open = () => {
    const trainingIsDue = waiting.training.length > 0 && drawnInARow >= drawingInARow;
    const kind = waiting.drawing.length > 0 && !trainingIsDue ? 'drawing' : 'training';
    const enter = waiting[kind].shift();
    if (!enter) return;
    busy = true;
    drawnInARow = kind === 'drawing' ? drawnInARow + 1 : 0;
    enter();
  };

  /** Later than the answer to the one who leaves, who thus is in line again for its next step. */
  const passOn = async () => {
    await setImmediate();
    busy = false;
    open();
  };

  return {
    async turn(kind, step) {
      const entered = new Promise<void>((resolve) => waiting[kind].push(resolve));
      if (!busy) open();
      await entered;
      try {
        const began = performance.now();
        const value = await step();
        onStep(kind, (performance.now() - began) / 1000);
        return value;
      } finally {
        void passOn();
      }
    },
  };
}
