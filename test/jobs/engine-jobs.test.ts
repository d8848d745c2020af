import { expect, test } from 'vitest';
import { type EngineJobs, engineAnswers, engineElsewhere } from '../../src/jobs/engine-jobs.ts';
import { inProcessJobs } from '../../src/jobs/in-process.ts';
import type { JobQueue } from '../../src/jobs/queue.ts';
import { failure } from '../../src/result.ts';
import { createFakeEngine } from '../fakes/engine.ts';

const place = ({ token, sha256 }: { token: string; sha256: string }) => ({
  token,
  sha256,
  path: `here/${sha256}`,
});
const ref = { token: '<new1>', path: 'there/ab', sha256: 'ab' };

function scene() {
  const engine = createFakeEngine();
  const answers = engineAnswers({ engine, model: 'its own', place });
  const queue = inProcessJobs({ engine: { running: 4, perServer: 1 } })<EngineJobs>(answers);
  return { engine, asked: engineElsewhere(queue) };
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

test('where no worker answers in time, that is what is said', async () => {
  const queue: JobQueue<EngineJobs> = {
    run: (_, __, ___, options) =>
      new Promise((resolve) =>
        options?.signal?.addEventListener('abort', () => resolve(failure('cancelled', 'x')), { once: true }),
      ),
    close: async () => {},
  };
  const described = await engineElsewhere(queue, 20).describe('of the bot');
  expect(described).toMatchObject({ problem: { code: 'engine-down', message: /^No machine/ } });
  const controller = new AbortController();
  const adopting = engineElsewhere(queue).convert(
    { kind: 'convert', model: 'x', concept: ref, format: 'lora' },
    { signal: controller.signal },
  );
  controller.abort();
  expect(await adopting).toEqual(failure('cancelled', 'x'));
});
