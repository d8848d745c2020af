import { expect, test } from 'vitest';
import { createMetrics } from '../../src/monitoring/metrics.ts';
import { failure, success } from '../../src/result.ts';

/** Metrics with a clock that stands still, and how to read one of them. */
function scene() {
  const clock = { milliseconds: 5000 };
  const metrics = createMetrics('bot', () => clock.milliseconds);
  /** Without the label that all have. */
  const lines = async () =>
    (await metrics.text()).replaceAll(/(?:\{|,)role="bot"\}|role="bot",/g, closed).split('\n');
  const closed = (role: string) => (role.startsWith(',') ? '}' : '');
  /** The value of a series as Prometheus would read it; undefined where there is none. */
  const value = async (series: string) => {
    const line = (await lines()).find((one) => one.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1));
  };
  const pass = (seconds: number) => {
    clock.milliseconds += seconds * 1000;
  };
  return { metrics, value, pass };
}

test('jobs are counted while they wait and while they are done, and the wait of the oldest is told', async () => {
  const { metrics, value, pass } = scene();
  const first = metrics.job('teach');
  pass(3);
  const second = metrics.job('teach');
  metrics.job('imagine');
  pass(2);
  expect(await value('keepsake_jobs_waiting{kind="teach"}')).toBe(2);
  expect(await value('keepsake_jobs_waiting{kind="imagine"}')).toBe(1);
  expect(await value('keepsake_jobs_oldest_waiting_seconds{kind="teach"}')).toBe(5);
  first.began();
  expect(await value('keepsake_jobs_running{kind="teach"}')).toBe(1);
  expect(await value('keepsake_jobs_oldest_waiting_seconds{kind="teach"}')).toBe(2);
  first.ended(success(1));
  second.ended(failure('cancelled', 'x'));
  expect(await value('keepsake_jobs_running{kind="teach"}')).toBe(0);
  expect(await value('keepsake_jobs_waiting{kind="teach"}')).toBe(0);
  expect(await value('keepsake_jobs_oldest_waiting_seconds{kind="teach"}')).toBe(0);
});

test('all that is told says which kind of process tells it', async () => {
  const text = await createMetrics('worker').text();
  const series = text.split('\n').filter((line) => /^\w/.test(line));
  expect(series.length).toBeGreaterThan(20);
  expect(series.filter((line) => !line.includes('role="worker"'))).toEqual([]);
});

test('a job that waited before this process did has waited for as long', async () => {
  const { metrics, value, pass } = scene();
  const job = metrics.job('imagine', 90);
  metrics.job('imagine');
  pass(5);
  expect(await value('keepsake_jobs_oldest_waiting_seconds{kind="imagine"}')).toBe(95);
  job.began();
  expect(await value('keepsake_jobs_oldest_waiting_seconds{kind="imagine"}')).toBe(5);
  expect(await value('keepsake_job_wait_seconds_sum{kind="imagine"}')).toBe(5);
});

test('a job that has ended is counted by what became of it, with its wait and its time', async () => {
  const { metrics, value, pass } = scene();
  const job = metrics.job('imagine');
  pass(7);
  job.began();
  job.began();
  pass(40);
  job.ended(success(1));
  metrics.job('imagine').ended(failure('engine-down', 'x'));
  expect(await value('keepsake_jobs_ended_total{kind="imagine",outcome="done"}')).toBe(1);
  expect(await value('keepsake_jobs_ended_total{kind="imagine",outcome="engine-down"}')).toBe(1);
  expect(await value('keepsake_job_wait_seconds_sum{kind="imagine"}')).toBe(7);
  expect(await value('keepsake_job_seconds_sum{kind="imagine"}')).toBe(40);
  expect(await value('keepsake_job_seconds_count{kind="imagine"}')).toBe(1);
  expect(await value('keepsake_job_seconds_bucket{le="30",kind="imagine"}')).toBe(0);
  expect(await value('keepsake_job_seconds_bucket{le="60",kind="imagine"}')).toBe(1);
});

test('steps, pictures, restarts and the memory of the engines are told', async () => {
  const { metrics, value } = scene();
  metrics.step('training', 0.25);
  metrics.step('training', 0.5);
  metrics.step('drawing', 0.125);
  metrics.pictures(3);
  metrics.engineRestarted();
  expect(await value('keepsake_step_seconds_sum{kind="training"}')).toBe(0.75);
  expect(await value('keepsake_step_seconds_count{kind="drawing"}')).toBe(1);
  expect(await value('keepsake_pictures_total')).toBe(3);
  expect(await value('keepsake_engine_restarts_total')).toBe(1);
  expect(await value('keepsake_engine_resident_memory_bytes')).toBe(0);
  metrics.watchEngines(() => [process.pid]);
  const told = (await value('keepsake_engine_resident_memory_bytes')) ?? 0;
  if (process.platform === 'linux') expect(told / process.memoryUsage.rss()).toBeCloseTo(1, 0);
});
