import type { Adapter, AdapterModule } from '../../adapters/adapter.ts';
import type { Log } from '../../commands/bot/bot.ts';
import { ProblemError } from '../../src/result.ts';

export interface StartOptions {
  readonly modules: readonly AdapterModule[];
  create(module: AdapterModule): Promise<Adapter>;
  readonly log: Log;
  /** Where the terminal is told. */
  say(sentence: string): void;
  complain(sentence: string): void;
  /** Hears of each that runs, as soon as it does. */
  onRunning(adapter: Adapter): void;
}

/** Starts all adapters at once, each whatever becomes of the others, and resolves with how many of them run. */
export async function startAdapters(options: StartOptions): Promise<number> {
  const { modules, create, log, say, complain, onRunning } = options;

  async function startOne(module: AdapterModule): Promise<boolean> {
    let adapter: Adapter | undefined;
    try {
      adapter = await create(module);
      const greeting = await adapter.start();
      onRunning(adapter);
      say(greeting);
      return true;
    } catch (error) {
      if (error instanceof ProblemError)
        complain(
          modules.length > 1
            ? `${module.name} did not start. ${error.problem.message}`
            : error.problem.message,
        );
      else {
        log.error({ error, adapter: module.name }, 'an adapter did not start');
        complain(`${module.name} did not start; the log says why.`);
      }
      await adapter?.stop().catch(() => {});
      return false;
    }
  }

  const started = await Promise.all(modules.map(startOne));
  const running = started.filter(Boolean).length;
  if (running > 0 && running < modules.length) say('The others run.');
  return running;
}
