import type { Engine } from './protocol.ts';

/** An engine of a pool. One that does not say whether it takes tasks now is taken to. */
type Pooled = Engine & { readonly ready?: boolean };

/**
 * Several engines as one: a task goes to the engine with the fewest tasks of those that take any now, the earlier one of equals, which has
 * most likely opened the model already.
 */
export function poolOf(engines: readonly [Pooled, ...Pooled[]]): Engine {
  const busy = engines.map((engine) => ({ engine, tasks: 0 }));

  async function run<T>(task: (engine: Engine) => Promise<T>): Promise<T> {
    const ready = busy.filter(({ engine: { ready = true } }) => ready);
    const chosen = (ready.length > 0 ? ready : busy).reduce((least, one) =>
      one.tasks < least.tasks ? one : least,
    );
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
