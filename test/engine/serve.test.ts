import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { EngineReply, Task } from '../../src/engine/protocol.ts';
import { serve } from '../../src/engine/serve.ts';
import { createHandlers } from './fake-handlers.ts';

test('a job that is cancelled does at most two steps more, whatever else is done meanwhile', async () => {
  const steps = new Map<number, number>();
  const results = new Map<number, EngineReply>();
  const hear = serve(
    createHandlers(),
    (reply) => {
      if (reply.type === 'progress') steps.set(reply.id, (steps.get(reply.id) ?? 0) + 1);
      if (reply.type === 'result') results.set(reply.id, reply);
    },
    () => {},
  );
  const lesson = { kind: 'teach', classWord: 'endless', pictures: [] } as unknown as Task;
  const drawing = { kind: 'imagine', prompt: 'x', steps: 1e9, count: 1 } as unknown as Task;
  for (const [id, task] of [lesson, lesson, drawing, drawing].entries()) hear({ type: 'run', id, task });
  while ((steps.get(0) ?? 0) < 5 || (steps.get(3) ?? 0) < 5) await setImmediate();
  for (const id of [0, 3]) {
    const before = steps.get(id)!;
    hear({ type: 'cancel', id });
    while (!results.has(id)) await setImmediate();
    expect(results.get(id)).toMatchObject({ result: { problem: { code: 'cancelled' } } });
    expect(steps.get(id)! - before).toBeLessThanOrEqual(2);
  }
  for (const id of [1, 2]) hear({ type: 'cancel', id });
  while (results.size < 4) await setImmediate();
});
