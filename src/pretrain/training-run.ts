import type { Runtime } from '../runtime/runtime.ts';
import type { Parameters } from './nets/net.ts';
import type { StageSummary } from './shipped/model.ts';
import { runStage, type Stage, type StageProgress, type StageResult } from './stage.ts';

/** Pictures of a step, by stage, in the order in which stages are trained. */
const batches = { autoencoder: 8, decoder: 8, diffusion: 32, clip: 128, reader: 32 } as const;

export type StageName = keyof typeof batches;
export const stageNames = Object.keys(batches) as readonly StageName[];

/** What every stage is made with. */
export interface Given {
  readonly runtime: Runtime;
  readonly steps: number;
  readonly batch: number;
  readonly parts: number;
  readonly seed: number;
}

export interface TrainingRunOptions {
  readonly runtime: Runtime;
  /** Folder of checkpoints and sheets. */
  readonly run: string;
  readonly seed: number;
  /** Steps of each stage; what has none is not trained. */
  readonly steps: Readonly<Record<StageName, number>>;
  /** Processor cores to train on; each takes a part of every batch. */
  readonly cores: number;
  readonly signal?: AbortSignal;
  onProgress(progress: StageProgress): void;
}

/** Stages trained one after another, and what a model's card tells of them. */
export interface TrainingRun {
  /** The stage's weights: trained from `initial`, or without steps `initial` itself. Raises as {@link runStage} does. */
  train<T extends Parameters | undefined>(
    name: StageName,
    initial: T,
    make: (given: Given) => Promise<Stage>,
  ): Promise<Parameters | T>;
  /** Of the stages that were trained so far. */
  readonly summaries: readonly StageSummary[];
}

export function createTrainingRun(options: TrainingRunOptions): TrainingRun {
  const { runtime, run, cores, signal, onProgress } = options;
  const summaries: StageSummary[] = [];
  return {
    summaries,
    async train(name, initial, make) {
      const steps = options.steps[name];
      if (steps === 0) return initial;
      const seed = options.seed + 2 + stageNames.indexOf(name);
      const batch = batches[name];
      const stage = await make({ runtime, steps, batch, parts: cores, seed });
      const result = await runStage(stage, {
        folder: run,
        ...(initial && { initial }),
        ...(signal && { signal }),
        onProgress,
      });
      summaries.push(summaryOf(stage, batch, result));
      return result.trainer.average;
    },
  };
}

function summaryOf(
  { name, seed, steps }: Stage,
  batch: number,
  { trainer, losses }: StageResult,
): StageSummary {
  const points = Array.from(
    { length: 10 },
    (_, index) => losses[Math.round((index / 9) * (losses.length - 1))] ?? 0,
  );
  return { name, seed, steps, batch, parameters: count(trainer.parameters), losses: points };
}

function count(parameters: Parameters): number {
  return [...parameters.values()].reduce((sum, { data }) => sum + data.length, 0);
}
