import { setTimeout as pause } from 'node:timers/promises';
import type { Engine } from '../../../src/engine/protocol.ts';

/** Enough for a step of a large model and its checkpoint, and less than what is left of the time to end. */
const leavingMilliseconds = 6000;

/**
 * The engine has a moment to leave its tasks, which are told to end by `closing`, and to write where they were; jobs that still wait for it then
 * end with it.
 */
export async function endWithin(closing: Promise<void>, engine: Pick<Engine, 'stop'>): Promise<void> {
  await Promise.race([closing, pause(leavingMilliseconds, undefined, { ref: false })]);
  await engine.stop();
  await closing;
}
