import { randomUUID } from 'node:crypto';
import type {
  AdoptOutcome,
  AdoptTask,
  CheckOutcome,
  ConceptRef,
  ConvertTask,
  Engine,
  ModelDescription,
  TaskOptions,
} from '../engine/protocol.ts';
import type { Written } from '../interop/written.ts';
import { failure, type Result } from '../result.ts';
import type { JobHandlers, JobQueue } from './queue.ts';

/** What a bot without an engine asks one for, besides jobs. Folders of models and paths of files are the worker's own. */
type Question =
  | { readonly ask: 'describe' }
  | { readonly ask: 'check'; readonly concept: Uint8Array }
  | { readonly ask: 'adopt'; readonly task: AdoptTask }
  | { readonly ask: 'convert'; readonly task: ConvertTask };

type Answer = ModelDescription | CheckOutcome | AdoptOutcome | Written;

export type EngineJobs = { engine: { data: Question; outcome: Answer } };

/** For which an answer is waited for that somebody waits for at a screen, in milliseconds. */
const patience = 60_000;

/**
 * The engines of workers, for what is asked besides jobs. 'engine-down' where no worker answers within a minute. Teaching and
 * drawing are jobs as a whole, which are done where the engine is.
 */
export function engineElsewhere(queue: JobQueue<EngineJobs>, milliseconds = patience): Engine {
  async function ask<T extends Answer>(question: Question, options: TaskOptions = {}): Promise<Result<T>> {
    const late = AbortSignal.timeout(milliseconds);
    const signal = AbortSignal.any([late, ...(options.signal ? [options.signal] : [])]);
    const answer = await queue.run('engine', randomUUID(), question, {
      ...options,
      job: randomUUID(),
      signal,
    });
    if (late.aborted && !answer.ok && answer.problem.code === 'cancelled')
      return failure('engine-down', noWorker);
    return answer as Result<T>;
  }
  const never = () => {
    throw new TypeError('teaching and drawing are jobs, which workers do');
  };
  return {
    describe: () => ask<ModelDescription>({ ask: 'describe' }),
    check: (_, concept) => ask<CheckOutcome>({ ask: 'check', concept }),
    adopt: (task, options) => ask<AdoptOutcome>({ ask: 'adopt', task }, options),
    convert: (task, options) => ask<Written>({ ask: 'convert', task }, options),
    teach: never,
    imagine: never,
    stop: async () => {},
  };
}

const noWorker =
  'No machine that draws and learns answers at the moment. Nothing taught was lost: try it again in a few minutes.';

export interface AnsweringParts {
  readonly engine: Engine;
  /** Folder of the base model on this machine. */
  readonly model: string;
  /** Where a concept's weights are on this machine. */
  readonly place: (ref: ConceptRef) => ConceptRef | Promise<ConceptRef>;
}

/** A worker's end of {@link engineElsewhere}. */
export function engineAnswers({ engine, model, place }: AnsweringParts): JobHandlers<EngineJobs> {
  const answer = async (question: Question, options: TaskOptions): Promise<Result<Answer>> => {
    if (question.ask === 'describe') return engine.describe(model);
    if (question.ask === 'check') return engine.check(model, question.concept);
    if (question.ask === 'convert') {
      const { task } = question;
      return engine.convert({ ...task, model, concept: await place(task.concept) }, options);
    }
    const concepts = await Promise.all(question.task.concepts.map(place));
    return engine.adopt({ ...question.task, model, concepts }, options);
  };
  return { engine: (_, question, context) => answer(question, context) };
}
