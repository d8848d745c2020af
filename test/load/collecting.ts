/** Loaded into the bot's process before the bot: asked by a load run, it collects all garbage and tells how many bytes are left. */

process.on('message', () => {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  process.send?.(heapUsed + external);
});
process.channel?.unref();
