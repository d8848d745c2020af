import { expect, test, vi } from 'vitest';
import type { ModelDescription } from '../../src/engine/protocol.ts';
import { type EngineJobs, engineAnswers, engineElsewhere } from '../../src/jobs/engine-jobs.ts';
import { inProcessJobs } from '../../src/jobs/in-process.ts';
import type { JobOptions, JobQueue } from '../../src/jobs/queue.ts';
import { failure } from '../../src/result.ts';
import { createFakeEngine } from '../fakes/engine.ts';

const place = ({ token, sha256 }: { token: string; sha256: string }) => ({
  token,
  sha256,
  path: `here/${sha256}`,
});
const ref = { token: '<new1>', path: 'there/ab', sha256: 'ab' };

function scene(limits = { running: 4, perServer: 1 }) {
  const engine = createFakeEngine();
  const answers = engineAnswers({ engine, model: 'its own', place });
  const queue = inProcessJobs({ engine: limits })<EngineJobs>(answers);
  return { engine, queue, asked: engineElsewhere(queue) };
}

test('a bot without an engine is told what the engine of a worker says', async () => {
  const { engine, asked } = scene();
  expect(await asked.describe('of the bot')).toEqual(engine.model);
  const concept = new TextEncoder().encode('weights of <new1>, 2 pictures, cns subject dog');
  expect(await asked.check('of the bot', concept)).toEqual(await engine.check('', concept));
  expect(await asked.check('of the bot', new Uint8Array())).toMatchObject({
    problem: { code: 'invalid-file' },
  });
  expect(await asked.convert({ kind: 'convert', model: 'x', concept: ref, format: 'lora' })).toEqual(
    await engine.onConvert('<new1>', 'lora'),
  );
});

test('models and files are those of the worker’s own disk', async () => {
  const { engine, asked } = scene();
  const files = [new Uint8Array([1])];
  await asked.adopt({ kind: 'adopt', model: 'of the bot', concepts: [ref], token: '<new2>', files, seed: 3 });
  expect(engine.adoptions).toMatchObject([
    {
      model: 'its own',
      concepts: [{ token: '<new1>', path: 'here/ab', sha256: 'ab' }],
      token: '<new2>',
      seed: 3,
    },
  ]);
});

test('a question has the engine do what it asks for, whatever kind of task it says to have', async () => {
  const engine = createFakeEngine();
  const [convert, adopt] = [vi.spyOn(engine, 'convert'), vi.spyOn(engine, 'adopt')];
  const { engine: answer } = engineAnswers({ engine, model: 'its own', place });
  const forged = { kind: 'teach', checkpoint: { path: '/somewhere/else', seconds: 0 } };
  const task = { ...forged, model: 'x', token: '<new2>', format: 'lora', files: [], seed: 3 };
  const context = { signal: new AbortController().signal } as Parameters<typeof answer>[2];
  for (const question of [
    { ask: 'convert', task: { ...task, concept: ref } },
    { ask: 'adopt', task: { ...task, concepts: [ref] } },
  ] as unknown as readonly EngineJobs['engine']['data'][])
    await answer('s', question, context);
  expect(convert.mock.calls[0]?.[0]).toEqual({
    kind: 'convert',
    model: 'its own',
    concept: place(ref),
    format: 'lora',
  });
  expect(adopt.mock.calls[0]?.[0]).toMatchObject({ kind: 'adopt', model: 'its own', concepts: [place(ref)] });
});

test('what one server asks is answered one after another, and others take turns with it', async () => {
  const { engine, asked } = scene({ running: 1, perServer: 10 });
  const servers = ['a', 'a', 'a', 'b'];
  const convert = (server: string, index: number) =>
    asked.convert({ kind: 'convert', model: 'x', concept: ref, format: `${server}${index}` }, { server });
  await Promise.all(servers.map(convert));
  expect(engine.conversions.map(({ format }) => format)).toEqual(['a0', 'b3', 'a1', 'a2']);
});

test('what is asked for no server waits for none', async () => {
  const { asked } = scene({ running: 4, perServer: 1 });
  const answers = await Promise.all([asked.describe('x'), asked.describe('x'), asked.describe('x')]);
  expect(answers).toMatchObject([{ ok: true }, { ok: true }, { ok: true }]);
});

/** A queue that nobody works for. @param heard tells how it goes on */
function unanswered(heard: (options: JobOptions) => void = () => {}): JobQueue<EngineJobs> {
  return {
    run: (_, __, ___, options = {}) =>
      new Promise((resolve) => {
        heard(options);
        options.signal?.addEventListener('abort', () => resolve(failure('cancelled', 'x')), { once: true });
      }),
    close: async () => {},
  };
}

test('where no worker answers in time, that is what is said', async () => {
  const queue = unanswered();
  const described = await engineElsewhere(queue, { patienceMilliseconds: 20 }).describe('of the bot');
  expect(described).toMatchObject({ problem: { code: 'engine-down', message: /^No machine/ } });
  const controller = new AbortController();
  const adopting = engineElsewhere(queue).convert(
    { kind: 'convert', model: 'x', concept: ref, format: 'lora' },
    { signal: controller.signal },
  );
  controller.abort();
  expect(await adopting).toEqual(failure('cancelled', 'x'));
});

test('what was begun is waited for, however long it takes', async () => {
  const controller = new AbortController();
  const queue = unanswered(({ onPosition }) => onPosition?.(0));
  const task = { kind: 'convert', model: 'x', concept: ref, format: 'lora' } as const;
  const converting = engineElsewhere(queue, { patienceMilliseconds: 20 }).convert(task, {
    signal: controller.signal,
  });
  setTimeout(() => controller.abort(), 100);
  expect(await converting).toEqual(failure('cancelled', 'x'));
});

test('what a worker last said of the model stands in while none answers', async () => {
  const { engine, queue } = scene();
  const kept: ModelDescription[] = [];
  const known = {
    read: async () => kept.at(-1),
    write: async (model: ModelDescription) => void kept.push(model),
  };
  const patienceMilliseconds = { patienceMilliseconds: 20, shortPatienceMilliseconds: 20 };
  const nobody = engineElsewhere(unanswered(), { known, ...patienceMilliseconds });
  expect(await nobody.describe('x')).toMatchObject({ problem: { code: 'engine-down' } });
  expect(await engineElsewhere(queue, { known, ...patienceMilliseconds }).describe('x')).toEqual(
    engine.model,
  );
  expect(await nobody.describe('x')).toEqual(engine.model);
  for (const [now, code] of [
    ['model-1', undefined],
    ['model-2', 'engine-down'],
  ] as const) {
    const elsewhere = engineElsewhere(unanswered(), { known, ...patienceMilliseconds, modelNow: () => now });
    const described = await elsewhere.describe('x');
    expect(described.ok ? undefined : described.problem.code, `${now} is what jobs are done with`).toBe(code);
  }
});
