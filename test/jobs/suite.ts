import { expect, it, onTestFinished } from 'vitest';
import type { LaneLimits } from '../../src/jobs/lane.ts';
import type { JobContext, JobHandlers, JobOptions, JobQueue } from '../../src/jobs/queue.ts';
import { failure, type Result, success } from '../../src/result.ts';

export type TestJobs = {
  teach: { data: string; outcome: string };
  imagine: { data: string; outcome: string };
};

export interface Running {
  readonly name: string;
  readonly context: JobContext;
  end(result?: Result<string>): void;
}

export interface TestDriver {
  /** A queue whose jobs `handlers` do, closed when the test ends. */
  open(limits: LaneLimits, handlers: JobHandlers<TestJobs>): JobQueue<TestJobs>;
  /** Resolves when what could begin has begun. */
  settle(): Promise<void>;
}

/** Jobs that run until the test ends them. */
export function heldJobs(): { readonly started: Running[]; readonly handlers: JobHandlers<TestJobs> } {
  const started: Running[] = [];
  const handler = (server: string, data: string, context: JobContext) =>
    new Promise<Result<string>>((resolve) => {
      const name = `${server}${data}`;
      started.push({ name, context, end: (result = success(name)) => resolve(result) });
    });
  return { started, handlers: { teach: handler, imagine: handler } };
}

/** What every driver promises. */
export function testJobs(driver: TestDriver): void {
  function scene(running = 1, perServer = 10) {
    const { started, handlers } = heldJobs();
    const queue = driver.open({ running, perServer }, handlers);
    onTestFinished(() => {
      for (const { end } of started) end();
    });
    const teach = (server: string, data: string, options?: JobOptions) =>
      queue.run('teach', server, data, options);
    const names = () => started.map(({ name }) => name);
    const begun = (count: number) => expect.poll(() => started.length).toBeGreaterThanOrEqual(count);
    const endAll = async (count: number) => {
      for (let ended = 0; ended < count; ended++) {
        await begun(ended + 1);
        started[ended]!.end();
      }
      await driver.settle();
    };
    return { queue, started, names, teach, begun, endAll };
  }
  const { settle } = driver;

  it('run one after another within a server, each in its turn', async () => {
    const { teach, names, started, begun } = scene(2);
    const jobs = [teach('a', '1'), teach('a', '2'), teach('a', '3')];
    await begun(1);
    await settle();
    expect(names()).toEqual(['a1']);
    started[0]!.end(failure('engine-down', 'x'));
    expect(await jobs[0]).toMatchObject({ problem: { code: 'engine-down' } });
    await begun(2);
    await settle();
    expect(names()).toEqual(['a1', 'a2']);
  });

  it('take turns between servers, however many one has', async () => {
    const { teach, names, begun, endAll } = scene();
    for (const number of ['1', '2', '3', '4']) void teach('a', number);
    for (const number of ['1', '2']) void teach('b', number);
    await begun(1);
    void teach('c', '1');
    await settle();
    await endAll(7);
    expect(names()).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4']);
  });

  it('of a server that has fifty hold up the first of another by no more than one', async () => {
    const { teach, names, begun, started } = scene(1, 50);
    for (let number = 1; number <= 50; number++) void teach('a', `${number}`);
    await begun(1);
    void teach('b', '1');
    await settle();
    started[0]!.end();
    await begun(2);
    expect(names()[1]).toBe('b1');
  });

  it('are not overtaken for ever by servers that come again and again', async () => {
    const { teach, names, started, begun } = scene();
    for (const name of ['a1', 'a2', 'b1', 'c1']) void teach(name[0]!, name[1]!);
    await settle();
    for (let ended = 0; !names().includes('a2') && ended < 20; ended++) {
      await begun(ended + 1);
      const [server, number] = started[ended]!.name;
      if (server === 'a' && number === '2') break;
      started[ended]!.end();
      await settle();
      if (server !== 'a') void teach(server!, `${Number(number) + 1}`);
    }
    expect(names()).toEqual(['a1', 'b1', 'c1', 'a2']);
  });

  it('run side by side for different servers, up to the limit', async () => {
    const { teach, names, begun } = scene(2);
    for (const server of ['a', 'b', 'c']) void teach(server, '1');
    await begun(2);
    await settle();
    expect(names().toSorted()).toEqual(['a1', 'b1']);
  });

  it('of another kind overtake', async () => {
    const { queue, teach, names, begun } = scene();
    void teach('a', '1');
    void teach('a', '2');
    await begun(1);
    void queue.run('imagine', 'a', ' picture');
    await begun(2);
    expect(names()).toEqual(['a1', 'a picture']);
  });

  it('leave the line when they are cancelled, without being started', async () => {
    const { teach, names, begun, endAll } = scene();
    const controller = new AbortController();
    void teach('a', '1');
    const cancelled = teach('a', '2', { signal: controller.signal });
    void teach('a', '3');
    await begun(1);
    await settle();
    controller.abort();
    expect(await cancelled).toMatchObject({ ok: false, problem: { code: 'cancelled' } });
    await settle();
    expect(names()).toEqual(['a1']);
    await endAll(2);
    expect(names()).toEqual(['a1', 'a3']);
    expect(await teach('a', '4', { signal: controller.signal })).toMatchObject({
      problem: { code: 'cancelled' },
    });
  });

  it('that run hear of the cancelling and keep their turn until they have ended', async () => {
    const { teach, names, started, begun } = scene();
    const controller = new AbortController();
    const first = teach('a', '1', { signal: controller.signal });
    void teach('a', '2');
    await begun(1);
    controller.abort();
    await expect.poll(() => started[0]!.context.signal.aborted).toBe(true);
    await settle();
    expect(names()).toEqual(['a1']);
    started[0]!.end(failure('cancelled', 'stopped'));
    expect(await first).toMatchObject({ problem: { message: 'stopped' } });
    await begun(2);
    expect(names()).toEqual(['a1', 'a2']);
  });

  it('are told how many are before them, whenever that changes', async () => {
    const { teach, started, begun } = scene();
    const heard: number[] = [];
    void teach('a', '1');
    void teach('b', '1');
    void teach('a', '2', { onPosition: (ahead) => heard.push(ahead) });
    for (const [ended, ahead] of [2, 1, 0].entries()) {
      await begun(ended + 1);
      await expect.poll(() => heard.at(-1)).toBe(ahead);
      started[ended]!.end();
    }
    expect(heard).toEqual([2, 1, 0]);
  });

  it('pass their progress on', async () => {
    const { teach, started, begun } = scene();
    const heard: unknown[] = [];
    const preview = { width: 1, height: 1, rgb: new Uint8Array([1, 2, 3]) };
    void teach('a', '1', { onProgress: (progress) => heard.push(progress) });
    await begun(1);
    started[0]!.context.onProgress({ phase: 'training', step: 1, steps: 2, preview });
    await expect.poll(() => heard).toEqual([{ phase: 'training', step: 1, steps: 2, preview }]);
  });

  it('are refused where a server has too many', async () => {
    const { teach, endAll } = scene(1, 2);
    const first = [teach('a', '1'), teach('a', '2')];
    expect(await teach('a', '3')).toMatchObject({ ok: false, problem: { code: 'not-allowed' } });
    void teach('b', '1');
    await endAll(3);
    await Promise.all(first);
    const later = teach('a', '4');
    await endAll(4);
    expect(await later).toMatchObject({ ok: true });
  });

  it('have tokens that rise', async () => {
    const { teach, started, begun, endAll } = scene(2);
    for (const name of ['a1', 'b1', 'a2']) void teach(name[0]!, name[1]!);
    await begun(2);
    const first = [await started[0]!.context.confirm(), await started[1]!.context.confirm()];
    started[0]!.end();
    await begun(3);
    expect(await started[2]!.context.confirm()).toBeGreaterThan(Math.max(...first));
    await endAll(3);
  });

  it('are cancelled and waited for at the close', async () => {
    const { queue, teach, started, begun } = scene();
    const jobs = [teach('a', '1'), teach('a', '2')];
    await begun(1);
    await settle();
    let closed = false;
    const closing = queue.close().then(() => {
      closed = true;
    });
    expect(await jobs[1]).toMatchObject({ problem: { code: 'cancelled' } });
    await expect.poll(() => started[0]!.context.signal.aborted).toBe(true);
    await settle();
    expect(closed).toBe(false);
    started[0]!.end();
    await closing;
    expect(await teach('a', '3')).toMatchObject({ problem: { code: 'cancelled' } });
  });
}
