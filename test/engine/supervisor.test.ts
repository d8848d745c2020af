import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ImagineTask, Progress, TeachTask } from '../../src/engine/protocol.ts';
import { type EngineOptions, startEngine } from '../../src/engine/supervisor.ts';
import { unwrap } from '../../src/result.ts';

const fake = new URL('./fake-handlers.ts', import.meta.url);
const failing = new URL('./handlers-that-fail.ts', import.meta.url);

function engineWith(options: EngineOptions = {}) {
  const lines: string[] = [];
  const engine = startEngine({
    handlers: fake,
    log: (line) => lines.push(line),
    backOffMilliseconds: () => 0,
    ...options,
  });
  onTestFinished(() => engine.stop());
  return { engine, lines };
}

const picture = { width: 2, height: 1, rgb: Uint8Array.of(1, 2, 3, 4, 5, 6) };

function teachOf(steps: number): TeachTask {
  return {
    kind: 'teach',
    method: 'cns',
    model: 'm',
    concepts: [],
    token: '<new1>',
    classWord: 'dog',
    conceptKind: 'subject',
    pictures: [picture],
    captions: [['a <new1> dog']],
    seed: 1,
    steps,
  };
}

function imagineOf(prompt: string, steps = 1): ImagineTask {
  return {
    kind: 'imagine',
    model: 'm',
    concepts: [],
    prompt,
    negativePrompt: '',
    count: 1,
    seed: 1,
    steps,
    guidanceScale: 5,
  };
}

/** Whether a process with this id is there, as the system sees it: a zombie counts as there. */
function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const down = { ok: false, problem: { code: 'engine-down' } };
const endless = 1e12;

describe('the engine process', () => {
  it('is another process that carries pixels and bytes there and back', async () => {
    const { engine } = engineWith();
    const taught = unwrap(await engine.teach(teachOf(1)));
    expect([...taught.concept]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(taught.samples[0]).toMatchObject({ width: 2, height: 1 });
    expect(unwrap(await engine.describe('folder')).id).toBe('folder');
    expect(unwrap(await engine.imagine(imagineOf('x'))).seconds).toBe(engine.pid);
    expect(engine.pid).not.toBe(process.pid);
  });

  it('tells each request its own progress, in order', async () => {
    const { engine } = engineWith();
    const heard: Progress[][] = [[], []];
    await Promise.all([
      engine.teach(teachOf(4), { onProgress: (progress) => heard[0]!.push(progress) }),
      engine.imagine(imagineOf('x', 3), { onProgress: (progress) => heard[1]!.push(progress) }),
    ]);
    expect(heard[0]!.map(({ phase, step }) => `${phase} ${step}`)).toEqual([
      'training 1',
      'training 2',
      'training 3',
      'training 4',
    ]);
    expect(heard[1]!.map(({ phase, step }) => `${phase} ${step}`)).toEqual([
      'drawing 1',
      'drawing 2',
      'drawing 3',
    ]);
  });

  it('draws between the steps of a teach that goes on', async () => {
    const { engine } = engineWith();
    const controller = new AbortController();
    let steps = 0;
    const begun = Promise.withResolvers<void>();
    const teaching = engine.teach(teachOf(endless), {
      signal: controller.signal,
      onProgress() {
        steps++;
        begun.resolve();
      },
    });
    await begun.promise;
    expect(await engine.imagine(imagineOf('x', 30))).toMatchObject({ ok: true });
    const before = steps;
    expect(await engine.imagine(imagineOf('x', 30))).toMatchObject({ ok: true });
    expect(steps, 'the teach went on while that was drawn').toBeGreaterThan(before);
    controller.abort();
    expect(await teaching).toMatchObject({ problem: { code: 'cancelled' } });
  });

  it('stops a job that is cancelled, and only that', async () => {
    const { engine } = engineWith();
    const controller = new AbortController();
    const other = engine.teach(teachOf(200));
    const cancelled = engine.imagine(imagineOf('x', endless), {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    expect(await cancelled).toMatchObject({ ok: false, problem: { code: 'cancelled' } });
    expect(await other).toMatchObject({ ok: true });
    expect(await engine.imagine(imagineOf('x'), { signal: controller.signal })).toMatchObject({
      problem: { code: 'cancelled' },
    });
  });

  it("answers a job's problem as it is, and a mistake without what the user wrote", async () => {
    const { engine, lines } = engineWith();
    expect(await engine.imagine(imagineOf('raise'))).toEqual({
      ok: false,
      problem: { code: 'invalid-model', message: 'the model is no model' },
    });
    const before = engine.pid;
    expect(await engine.imagine(imagineOf('throw'))).toMatchObject(down);
    expect(engine.pid).toBe(before);
    expect(unwrap(await engine.describe('m')).id).toBe('m');
    expect(lines.join('\n')).toContain('TypeError');
    expect(lines.join('\n')).not.toContain('secret');
  });

  it('says of which job it tells, also when another process goes on with it', async () => {
    const told: string[] = [];
    const log = (line: string, job?: string) => job !== undefined && told.push(`${job}: ${line}`);
    const { engine } = engineWith({ log, attempts: 2 });
    await engine.imagine(imagineOf('x'), { job: 'drawn' });
    await engine.imagine(imagineOf('raise'), { job: 'refused' });
    await engine.imagine(imagineOf('throw'), { job: 'wrong' });
    await engine.imagine(imagineOf('exit'), { job: 'deadly' });
    expect(told.map((line) => line.replace(/[\d.]+ s$/, '1 s').replace(/ at .*/, ''))).toEqual([
      'drawn: imagine took 1 s',
      'refused: imagine ended with invalid-model after 1 s',
      'wrong: imagine failed: TypeError',
      'deadly: its imagine is given to the next process',
    ]);
  });

  it.each(['SIGINT', 'SIGHUP'] as const)('leaves %s from the terminal to the bot', async (signal) => {
    const { engine } = engineWith();
    const before = unwrap(await engine.imagine(imagineOf('x'))).seconds;
    process.kill(before, signal);
    expect(unwrap(await engine.imagine(imagineOf('x', 50))).seconds).toBe(before);
  });

  it('ignores messages that are no requests', async () => {
    const { engine } = engineWith();
    const odd = [undefined, null, 5, {}, { kind: 'nothing' }, { kind: 'toString' }, { kind: 'constructor' }];
    for (const task of odd) {
      const controller = new AbortController();
      void engine.imagine(task as unknown as ImagineTask, { signal: controller.signal });
      controller.abort();
    }
    expect(unwrap(await engine.describe('still there')).id).toBe('still there');
  });
});

describe('a killed engine', () => {
  it('hands every job in flight to the next process, which does it', async () => {
    const { engine } = engineWith();
    const first = unwrap(await engine.imagine(imagineOf('x'))).seconds;
    const begun = Promise.withResolvers<void>();
    const phases: string[] = [];
    const jobs = [
      engine.teach(teachOf(2000), { onProgress: () => begun.resolve() }),
      engine.imagine(imagineOf('x', 2000), { onProgress: ({ phase }) => phases.push(phase) }),
    ] as const;
    await begun.promise;
    process.kill(engine.pid!, 'SIGKILL');
    expect(await jobs[0]).toMatchObject({ ok: true });
    expect(unwrap(await jobs[1]).seconds).not.toBe(first);
    expect(phases.filter((phase) => phase === 'restarting')).toHaveLength(1);
    expect(exists(first), 'no zombie is left').toBe(false);
  });

  it('gives a job up that ends three processes, says so, and does the next one', async () => {
    const { engine, lines } = engineWith();
    expect(await engine.imagine(imagineOf('exit'))).toMatchObject({
      problem: { code: 'engine-down', message: expect.stringContaining('3 times') },
    });
    expect(lines.filter((line) => line.includes('the engine process ended'))).toHaveLength(3);
    expect(await engine.imagine(imagineOf('x'))).toMatchObject({ ok: true });
  });

  it('has nothing more to do for who cancels while it starts again', async () => {
    const { engine } = engineWith({ backOffMilliseconds: () => 60_000 });
    const controller = new AbortController();
    const waiting = engine.imagine(imagineOf('exit'), {
      signal: controller.signal,
      onProgress: ({ phase }) => phase === 'restarting' && controller.abort(),
    });
    expect(await waiting).toMatchObject({ problem: { code: 'cancelled' } });
  });

  it('is killed where it says nothing any more, and others do what it left', async () => {
    const { engine, lines } = engineWith({ silenceMilliseconds: 300, attempts: 2 });
    expect(await engine.imagine(imagineOf('never, later'))).toMatchObject(down);
    expect(lines.filter((line) => line.includes('says nothing any more'))).toHaveLength(2);
  });

  it('says nothing of what users wrote when a mistake ends it', async () => {
    const { engine, lines } = engineWith({ attempts: 1 });
    await engine.imagine(imagineOf('throw later'));
    await engine.describe('m');
    expect(lines.join('\n')).toContain('TypeError');
    expect(lines.join('\n')).not.toContain('secret');
  });
});

describe('an engine that does not start', () => {
  it('is reported, is tried again later each time, and answers at once', async () => {
    const asked: number[] = [];
    const { promise: thrice, resolve } = Promise.withResolvers<void>();
    const backOffMilliseconds = (crashes: number) => {
      asked.push(crashes);
      if (crashes === 3) resolve();
      return 0;
    };
    const { engine, lines } = engineWith({ handlers: failing, backOffMilliseconds });
    expect(await engine.describe('m')).toMatchObject({
      problem: { code: 'engine-down', message: expect.stringContaining('does not start') },
    });
    await thrice;
    expect(asked.slice(0, 3)).toEqual([1, 2, 3]);
    expect(lines.join('\n')).toContain('no runtime on this machine');
  });

  it('is killed when it takes for ever', async () => {
    const { engine } = engineWith({ startMilliseconds: 1, backOffMilliseconds: () => 60_000 });
    expect(await engine.describe('m')).toMatchObject({
      problem: { message: expect.stringContaining('does not start') },
    });
  });
});

describe('stopping', () => {
  it('ends the process and answers what was under way', async () => {
    const { engine } = engineWith();
    const begun = Promise.withResolvers<void>();
    const teaching = engine.teach(teachOf(endless), { onProgress: () => begun.resolve() });
    await begun.promise;
    const pid = engine.pid!;
    await engine.stop();
    expect(await teaching).toMatchObject({
      problem: { code: 'engine-down', message: expect.stringContaining('bot is stopping') },
    });
    expect(exists(pid)).toBe(false);
    expect(await engine.describe('m')).toMatchObject(down);
    await engine.stop();
  });

  it('leaves no orphan when the bot process is killed', async () => {
    const script = `
      const { startEngine } = await import(${JSON.stringify(new URL('../../src/engine/supervisor.ts', import.meta.url).href)});
      const engine = startEngine({ handlers: new URL(${JSON.stringify(fake.href)}) });
      void engine.teach(${JSON.stringify({ ...teachOf(endless), pictures: [] })}, {
        onProgress: ({ step }) => step === 1 && console.log(engine.pid),
      });`;
    const bot = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(createInterface(bot.stdout), 'line');
    const pid = Number(line);
    expect(exists(pid)).toBe(true);
    bot.kill('SIGKILL');
    await expect.poll(() => exists(pid), { timeout: 20_000 }).toBe(false);
  });
});
