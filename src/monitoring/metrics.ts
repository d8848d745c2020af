import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { StepKind } from '../engine/protocol.ts';
import type { Result } from '../result.ts';
import { residentBytes } from './process.ts';

/** A job from the moment that it is in line. */
export interface MeasuredJob {
  /** Its turn has come. */
  began(): void;
  /** It has ended, however far it came: by itself, by a cancellation or by a failure. */
  ended(result: Result<unknown>): void;
}

/** What is counted and measured in this process. */
export interface Metrics {
  /**
   * @param kind such as `teach` or `imagine`
   * @param waited seconds for which it has waited already, before this process
   */
  job(kind: string, waited?: number): MeasuredJob;
  /** A step of the engine took so many seconds. */
  step(kind: StepKind, seconds: number): void;
  pictures(count: number): void;
  /** An engine process ended, and another one is started. */
  engineRestarted(): void;
  /** Has the memory of processes be told, whichever they are when it is asked for. */
  watchEngines(ids: () => readonly number[]): void;
  /** All of it, as Prometheus reads it. */
  text(): Promise<string>;
  readonly contentType: string;
}

interface Job {
  readonly kind: string;
  /** Milliseconds on the clock. */
  readonly since: number;
  /** Seconds before that. */
  readonly before?: number;
}

const waits = [0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600];
const durations = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600];
const steps = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];

/** Which processes tell of a job: the bot that asked for it and the worker that does it, where that is another. */
export type Role = 'bot' | 'worker';

/**
 * @param role a label of all that is told, so that a job of a bot with workers need not count twice
 * @param now milliseconds
 */
export function createMetrics(role: Role, now: () => number = () => performance.now()): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ role });
  const registers = [registry];
  const waiting = new Set<Job>();
  const running = new Set<Job>();
  const kinds = new Set(['teach', 'imagine']);
  let engines: () => readonly number[] = () => [];
  const of = (jobs: ReadonlySet<Job>, kind: string) => [...jobs].filter((job) => job.kind === kind);
  const secondsSince = ({ since }: Job) => (now() - since) / 1000;
  const perKind = (name: string, help: string, measure: (kind: string) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['kind'],
      registers,
      collect() {
        for (const kind of kinds) this.set({ kind }, measure(kind));
      },
    });

  collectDefaultMetrics({ register: registry });
  perKind('keepsake_jobs_waiting', 'Jobs that wait for their turn', (kind) => of(waiting, kind).length);
  perKind('keepsake_jobs_running', 'Jobs that are being done', (kind) => of(running, kind).length);
  perKind('keepsake_jobs_oldest_waiting_seconds', 'For how long the oldest of them has waited', (kind) =>
    Math.max(0, ...of(waiting, kind).map((job) => secondsSince(job) + (job.before ?? 0))),
  );
  const ended = new Counter({
    name: 'keepsake_jobs_ended_total',
    help: 'Jobs that have ended, done or by the code of what stopped them',
    labelNames: ['kind', 'outcome'],
    registers,
  });
  const histogram = (name: string, help: string, buckets: number[]) =>
    new Histogram({ name, help, labelNames: ['kind'], buckets, registers });
  const waited = histogram('keepsake_job_wait_seconds', 'How long jobs waited for their turn', waits);
  const took = histogram('keepsake_job_seconds', 'How long jobs took from their turn on', durations);
  const stepped = histogram('keepsake_step_seconds', 'How long a step of the engine took', steps);
  const drawn = new Counter({ name: 'keepsake_pictures_total', help: 'Pictures that were drawn', registers });
  const restarts = new Counter({
    name: 'keepsake_engine_restarts_total',
    help: 'Times that an engine process was started again after it had ended',
    registers,
  });
  new Gauge({
    name: 'keepsake_engine_resident_memory_bytes',
    help: 'Resident memory of the engine processes together',
    registers,
    collect() {
      this.set(engines().reduce((sum, id) => sum + (residentBytes(id) ?? 0), 0));
    },
  });

  return {
    job(kind, before = 0) {
      kinds.add(kind);
      const entered = { kind, since: now(), before };
      let begun: Job | undefined;
      waiting.add(entered);
      return {
        began() {
          if (begun) return;
          waiting.delete(entered);
          begun = { kind, since: now() };
          running.add(begun);
          waited.observe({ kind }, secondsSince(entered));
        },
        ended(result) {
          waiting.delete(entered);
          ended.inc({ kind, outcome: result.ok ? 'done' : result.problem.code });
          if (!begun) return;
          running.delete(begun);
          took.observe({ kind }, secondsSince(begun));
        },
      };
    },
    step: (kind, seconds) => stepped.observe({ kind }, seconds),
    pictures: (count) => drawn.inc(count),
    engineRestarted: () => restarts.inc(),
    watchEngines(ids) {
      engines = ids;
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
