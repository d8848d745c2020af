import { describe, expect, it } from 'vitest';
import { inProcessJobs } from '../../src/jobs/in-process.ts';
import type { JobContext, JobOptions } from '../../src/jobs/queue.ts';
import { failure, type Result, success } from '../../src/result.ts';

type Types = { teach: { data: string; outcome: string }; imagine: { data: string; outcome: string } };

interface Running {
  readonly name: string;
  readonly context: JobContext;
  end(result?: Result<string>): void;
}

/** A queue whose jobs run until the test ends them. */
function scene(running = 1, perServer = 10) {
  const started: Running[] = [];
  const handler = (server: string, data: string, context: JobContext) =>
    new Promise<Result<string>>((resolve) => {
      const name = `${server}${data}`;
      started.push({ name, context, end: (result = success(name)) => resolve(result) });
    });
  const lanes = { teach: { running, perServer }, imagine: { running, perServer } };
  const queue = inProcessJobs(lanes)<Types>({ teach: handler, imagine: handler });
  const teach = (server: string, data: string, options?: JobOptions) =>
    queue.run('teach', server, data, options);
  const names = () => started.map(({ name }) => name);
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  const endAll = async () => {
    for (let ended = 0; ended < started.length; ended++) {
      started[ended]!.end();
      await settle();
    }
  };
  return { queue, started, names, teach, settle, endAll };
}

describe('jobs in this process', () => {
  it('run one after another within a server, each in its turn', async () => {
    const { teach, names, started, settle } = scene(2);
    const jobs = [teach('a', '1'), teach('a', '2'), teach('a', '3')];
    await settle();
    expect(names()).toEqual(['a1']);
    started[0]!.end(failure('engine-down', 'x'));
    expect(await jobs[0]).toMatchObject({ problem: { code: 'engine-down' } });
    await settle();
    expect(names()).toEqual(['a1', 'a2']);
  });

  it('take turns between servers, however many one has', async () => {
    const { teach, names, settle, endAll } = scene();
    for (const number of ['1', '2', '3', '4']) void teach('a', number);
    for (const number of ['1', '2']) void teach('b', number);
    await settle();
    void teach('c', '1');
    await endAll();
    expect(names()).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4']);
  });

  it('are not overtaken for ever by servers that come again and again', async () => {
    const { teach, names, started, settle } = scene();
    for (const name of ['a1', 'a2', 'b1', 'c1']) void teach(name[0]!, name[1]!);
    await settle();
    for (let ended = 0; !names().includes('a2') && ended < 20; ended++) {
      const [server, number] = started[ended]!.name;
      started[ended]!.end();
      await settle();
      if (server !== 'a') void teach(server!, `${Number(number) + 1}`);
    }
    expect(names()).toEqual(['a1', 'b1', 'c1', 'a2']);
  });

  it('run side by side for different servers, up to the limit', async () => {
    const { teach, names, settle } = scene(2);
    for (const server of ['a', 'b', 'c']) void teach(server, '1');
    await settle();
    expect(names()).toEqual(['a1', 'b1']);
  });

  it('of another kind overtake', async () => {
    const { queue, teach, names, settle } = scene();
    void teach('a', '1');
    void teach('a', '2');
    void queue.run('imagine', 'a', ' picture');
    await settle();
    expect(names()).toEqual(['a1', 'a picture']);
  });

  it('leave the line when they are cancelled, without being started', async () => {
    const { teach, names, settle, endAll } = scene();
    const controller = new AbortController();
    void teach('a', '1');
    const cancelled = teach('a', '2', { signal: controller.signal });
    void teach('a', '3');
    await settle();
    controller.abort();
    expect(await cancelled).toMatchObject({ ok: false, problem: { code: 'cancelled' } });
    await settle();
    expect(names()).toEqual(['a1']);
    await endAll();
    expect(names()).toEqual(['a1', 'a3']);
    expect(await teach('a', '4', { signal: controller.signal })).toMatchObject({
      problem: { code: 'cancelled' },
    });
  });

  it('that run hear of the cancelling and keep their turn until they have ended', async () => {
    const { teach, names, started, settle } = scene();
    const controller = new AbortController();
    const first = teach('a', '1', { signal: controller.signal });
    void teach('a', '2');
    await settle();
    controller.abort();
    await settle();
    expect(started[0]!.context.signal.aborted).toBe(true);
    expect(names()).toEqual(['a1']);
    started[0]!.end(failure('cancelled', 'stopped'));
    expect(await first).toMatchObject({ problem: { message: 'stopped' } });
    await settle();
    expect(names()).toEqual(['a1', 'a2']);
  });

  it('are told how many are before them, whenever that changes', async () => {
    const { teach, settle, endAll } = scene();
    const heard: number[] = [];
    void teach('a', '1');
    void teach('b', '1');
    void teach('a', '2', { onPosition: (ahead) => heard.push(ahead) });
    await settle();
    await endAll();
    expect(heard).toEqual([2, 1, 0]);
  });

  it('pass their progress on', async () => {
    const { teach, started, settle } = scene();
    const heard: unknown[] = [];
    void teach('a', '1', { onProgress: (progress) => heard.push(progress) });
    await settle();
    started[0]!.context.onProgress({ phase: 'training', step: 1, steps: 2 });
    expect(heard).toEqual([{ phase: 'training', step: 1, steps: 2 }]);
  });

  it('are refused where a server has too many', async () => {
    const { teach, endAll, settle } = scene(1, 2);
    void teach('a', '1');
    void teach('a', '2');
    expect(await teach('a', '3')).toMatchObject({ ok: false, problem: { code: 'not-allowed' } });
    void teach('b', '1');
    await settle();
    await endAll();
    const later = teach('a', '4');
    await settle();
    await endAll();
    expect(await later).toMatchObject({ ok: true });
  });

  it('that throw reject alone; the next one runs', async () => {
    const queue = inProcessJobs({ teach: { running: 1, perServer: 3 } })<{
      teach: { data: number; outcome: number };
    }>({
      teach: async (_, data) => {
        if (data === 1) throw new Error('bug');
        return success(data);
      },
    });
    const jobs = [queue.run('teach', 'a', 1), queue.run('teach', 'a', 2)];
    await expect(jobs[0]).rejects.toThrow('bug');
    expect(await jobs[1]).toEqual(success(2));
  });

  it('are cancelled and waited for at the close', async () => {
    const { queue, teach, started, settle } = scene();
    const jobs = [teach('a', '1'), teach('a', '2')];
    await settle();
    let closed = false;
    const closing = queue.close().then(() => {
      closed = true;
    });
    expect(await jobs[1]).toMatchObject({ problem: { code: 'cancelled' } });
    await settle();
    expect(started[0]!.context.signal.aborted).toBe(true);
    expect(closed).toBe(false);
    started[0]!.end();
    await closing;
    expect(await teach('a', '3')).toMatchObject({ problem: { code: 'cancelled' } });
  });
});
