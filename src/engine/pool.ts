import type { Engine } from './protocol.ts';

/**
 * Several engines as one: a task goes to the engine with the fewest tasks, the earlier one of equals, which has most likely
 * opened the model already.
 */
export function poolOf(engines: readonly [Engine, ...Engine[]]): Engine {
  const busy = engines.map((engine) => ({ engine, tasks: 0 }));

  async function run<T>(task: (engine: Engine) => Promise<T>): Promise<T> {
    const chosen = busy.reduce((least, one) => (one.tasks < least.tasks ? one : least));
    chosen.tasks++;
    try {
      return await task(chosen.engine);
    } finally {
      chosen.tasks--;
    }
  }

  return {
    teach: (task, options) => run((engine) => engine.teach(task, options)),
    imagine: (task, options) => run((engine) => engine.imagine(task, options)),
    describe: (model) => run((engine) => engine.describe(model)),
    check: (model, concept, options) => run((engine) => engine.check(model, concept, options)),
    adopt: (task, options) => run((engine) => engine.adopt(task, options)),
    convert: (task, options) => run((engine) => engine.convert(task, options)),
    async stop() {
      await Promise.all(engines.map((engine) => engine.stop()));
    },
  };
}
