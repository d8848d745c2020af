/** Runs `sweep` now and every so many seconds. Returns how to stop, which resolves when none runs any more. */
export function startSweeping(sweep: () => Promise<void>, everySeconds: number): () => Promise<void> {
  let last = sweep();
  const timer = setInterval(() => {
    last = last.then(sweep);
  }, everySeconds * 1000);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await last;
  };
}
