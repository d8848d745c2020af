import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startEngine } from '../../src/engine/supervisor.ts';
import { scratchFolder } from '../model-store/sample.ts';

test('a lesson that got on in each of many processes is done, and one that got no further in three is given up', async () => {
  let ended = 0;
  const engine = startEngine({
    handlers: new URL('./fake-handlers.ts', import.meta.url),
    log: () => {},
    backOffMilliseconds: () => 0,
    onRestart: () => ended++,
  });
  onTestFinished(() => engine.stop());
  const lesson = async (classWord: string) =>
    engine.teach({
      kind: 'teach',
      method: 'cns',
      model: 'm',
      concepts: [],
      token: '<new1>',
      classWord,
      conceptKind: 'subject',
      pictures: [],
      captions: [],
      seed: 1,
      steps: 20,
      checkpoint: { path: join(await scratchFolder(), 'checkpoint'), seconds: 1 },
    });
  expect(await lesson('frail')).toMatchObject({ ok: true });
  const before = ended;
  expect(before).toBeGreaterThan(3);
  expect(await lesson('stuck')).toMatchObject({ problem: { code: 'engine-down' } });
  expect(ended - before).toBe(1 + 3);
});
