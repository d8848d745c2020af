import { expect, it, onTestFinished } from 'vitest';
import { startEngine } from '../../src/engine/supervisor.ts';
import { unwrap } from '../../src/result.ts';
import { request, scene } from './scene.ts';

it('an engine killed in the middle of a teach loses no concept, and the next teach works', async () => {
  const handlers = new URL('../engine/fake-handlers.ts', import.meta.url);
  const engine = startEngine({ handlers, log: () => {}, backOffMilliseconds: () => 0 });
  onTestFinished(() => engine.stop());
  const { studio, taught } = await scene({ engine });
  const kept = await taught('a', 'dog');
  const killed = studio.teach('a', await request({ classWord: 'endless' }), {
    onProgress: ({ step }) => step === 1 && process.kill(engine.pid!, 'SIGKILL'),
  });
  expect(await killed).toMatchObject({
    problem: { code: 'engine-down', message: expect.stringContaining('Nothing taught was lost') },
  });
  expect(await studio.concepts('a')).toEqual([kept]);
  expect(unwrap(await studio.exportConcept('a', '<new1>')).length).toBe(64 * 64 * 3);
  const next = await taught('a', 'hat');
  expect(await studio.concepts('a')).toEqual([kept, next]);
});
