import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
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
import { failure, type Result, success } from '../result.ts';
import type { JobHandlers, JobQueue } from './queue.ts';

/** What a bot without an engine asks one for, besides jobs. Folders of models and paths of files are the worker's own. */
type Question =
  | { readonly ask: 'describe' }
  | { readonly ask: 'check'; readonly concept: Uint8Array }
  | { readonly ask: 'adopt'; readonly task: AdoptTask }
  | { readonly ask: 'convert'; readonly task: ConvertTask };

type Answer = ModelDescription | CheckOutcome | AdoptOutcome | Written;

/** What bots without an engine ask of workers, besides lessons and drawings. */
export type EngineJobs = { engine: { data: Question; outcome: Answer } };

/** What a worker last said of the model, for when none answers. */
export interface KnownModel {
  read(): Promise<ModelDescription | undefined>;
  write(model: ModelDescription): Promise<void>;
}

export interface ElsewhereOptions {
  /** Without it each process asks until it has been told. */
  readonly known?: KnownModel;
  /** Id of the model that jobs are done with now, where that is known: what was said of another is worth nothing. */
  readonly modelNow?: () => string | undefined;
  /** How long to wait for a worker to begin with an answer, in milliseconds. Default one minute. */
  readonly patienceMilliseconds?: number;
  /** The same for the model, where it is known what a worker last said of it. Default 5 s. */
  readonly shortPatienceMilliseconds?: number;
}

/**
 * The engines of workers, for what is asked besides jobs. 'engine-down' where no worker begins with it in time. What is asked for one
 * server is answered one after another, and servers take turns; what is asked for none, such as what the model is, waits for no other.
 * Teaching and drawing are jobs as a whole, which are done where the engine is.
 */
export function engineElsewhere(queue: JobQueue<EngineJobs>, options: ElsewhereOptions = {}): Engine {
  const {
    known,
    modelNow = () => undefined,
    patienceMilliseconds = 60_000,
    shortPatienceMilliseconds = 5000,
  } = options;

  async function ask<T extends Answer>(
    question: Question,
    taskOptions: TaskOptions = {},
    milliseconds = patienceMilliseconds,
  ): Promise<Result<T>> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), milliseconds);
    const { server = randomUUID() } = taskOptions;
    const answer = queue.run('engine', server, question, {
      ...taskOptions,
      job: randomUUID(),
      signal: AbortSignal.any([late.signal, ...(taskOptions.signal ? [taskOptions.signal] : [])]),
      onPosition: (ahead) => ahead === 0 && clearTimeout(timer),
    });
    const tooLate = failure('engine-down', noWorker);
    const first = await Promise.race([answer, once(late.signal, 'abort').then(() => tooLate)]);
    clearTimeout(timer);
    return late.signal.aborted && !first.ok ? tooLate : (first as Result<T>);
  }

  async function describe(): Promise<Result<ModelDescription>> {
    const [said, now] = [await known?.read(), modelNow()];
    const last = now === undefined || said?.id === now ? said : undefined;
    const answer = await ask<ModelDescription>(
      { ask: 'describe' },
      {},
      last ? shortPatienceMilliseconds : patienceMilliseconds,
    );
    if (answer.ok) await known?.write(answer.value);
    else if (last && answer.problem.code === 'engine-down') return success(last);
    return answer;
  }

  const never = () => {
    throw new TypeError('teaching and drawing are jobs, which workers do');
  };
  return {
    describe,
    check: (_, concept, taskOptions) => ask<CheckOutcome>({ ask: 'check', concept }, taskOptions),
    adopt: (task, taskOptions) => ask<AdoptOutcome>({ ask: 'adopt', task }, taskOptions),
    convert: (task, taskOptions) => ask<Written>({ ask: 'convert', task }, taskOptions),
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

/** A worker's end of {@link engineElsewhere}. No question makes of a task another one, which may name files to write. */
export function engineAnswers({ engine, model, place }: AnsweringParts): JobHandlers<EngineJobs> {
  const answer = async (question: Question, options: TaskOptions): Promise<Result<Answer>> => {
    if (question.ask === 'describe') return engine.describe(model);
    if (question.ask === 'check') return engine.check(model, question.concept, options);
    if (question.ask === 'convert') {
      const { concept, format } = question.task;
      return engine.convert({ kind: 'convert', model, concept: await place(concept), format }, options);
    }
    const concepts = await Promise.all(question.task.concepts.map(place));
    return engine.adopt({ ...question.task, kind: 'adopt', model, concepts }, options);
  };
  return { engine: (_, question, context) => answer(question, context) };
}
