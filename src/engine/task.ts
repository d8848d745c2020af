import type { Progress, StepKind, TaskKind, TaskTypes } from './protocol.ts';
import type { SharedWork } from './together.ts';

/** What a task's handler has at hand. */
export interface TaskContext {
  /** Aborted when the task is cancelled; {@link step} raises 'cancelled' then. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  /** Runs one step of the task when its turn has come. Everything that takes long is cut into steps of well under a second. */
  step<T>(kind: StepKind, action: () => T | Promise<T>): Promise<T>;
  /** Does something in a turn of drawing, with what other tasks wait for by then; raises as {@link step} does. */
  together<Item, Outcome>(sharing: SharedWork<Item, Outcome>, item: Item): Promise<Outcome>;
}

/** What a task of one kind does. Problems are raised. */
export type Handler<Kind extends TaskKind> = (
  task: TaskTypes[Kind]['task'],
  context: TaskContext,
) => Promise<TaskTypes[Kind]['outcome']>;

export type Handlers = { readonly [Kind in TaskKind]: Handler<Kind> };

/** What the module named on the host's command line exports. */
export interface HandlersModule {
  /** @param onGpu hears that they compute on a GPU */
  createHandlers(onGpu: () => void): Handlers | Promise<Handlers>;
}
