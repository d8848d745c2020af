/**
 * Runs `sweep`, which never rejects, now and every so many seconds, one after another. Returns how to stop, which aborts the signal of one that runs
 * and resolves when none does any more.
 */
export function startSweeping(
  sweep: (signal: AbortSignal) => Promise<void>,
  everySeconds: number,
): () => Promise<void> {
  const stopping = new AbortController();
  const next = () => sweep(stopping.signal);
  let last = next();
  const timer = setInterval(() => {
    last = last.then(next);
  }, everySeconds * 1000);
  timer.unref();
  return async () => {
    clearInterval(timer);
    stopping.abort();
    await last;
  };
}
