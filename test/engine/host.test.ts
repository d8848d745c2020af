import { expect, test } from 'vitest';
import { startEngine } from '../../src/engine/supervisor.ts';

test('why an engine does not start is told by the sentence on what to do, and by no trace, where there is one', async () => {
  const lines: string[] = [];
  const engine = startEngine({
    handlers: new URL('./handlers-that-refuse.ts', import.meta.url),
    backOffMilliseconds: () => 60_000,
    log: (line) => lines.push(line),
  });
  await engine.describe('m');
  await engine.stop();
  expect(lines).toEqual(['There is no GPU here. Set PROVIDER=auto.', 'the engine process did not start']);
});
