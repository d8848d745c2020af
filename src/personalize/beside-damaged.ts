import { raise } from '../result.ts';

/** Raises 'storage-corrupt' where a concept cannot be read whose weights are to be left alone: nobody knows which they are. */
export function requireReadable(damaged: readonly string[]): void {
  const [first] = damaged;
  if (first === undefined) return;
  const names = damaged.join(', ');
  raise(
    'storage-corrupt',
    `What was stored of ${names} is damaged or missing, so nothing can be taught beside it: the new concept might take ` +
      `its weights. Put the data folder back from a backup, or /forget ${first} first.`,
  );
}
