import type { Veil } from '../pictures/veil.ts';

/** What is said of pictures that the safety checker flagged. */
export function flaggedNotes(flagged: number | undefined, count: number, veil: Veil): readonly string[] {
  if (flagged === undefined || flagged === 0) return [];
  const done = { block: 'covered', blur: 'blurred', show: 'marked, and shown all the same' }[veil];
  return [`Of these pictures the safety checker had ${flagged} of ${count} ${done}, as this server is set.`];
}
