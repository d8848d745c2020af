import { describe, expect, it } from 'vitest';
import type { StepKind } from '../../src/engine/protocol.ts';
import { createTurnstile } from '../../src/engine/turnstile.ts';

/** Walks `steps` steps of a kind and writes each into `order`. */
async function walk(
  turnstile: ReturnType<typeof createTurnstile>,
  kind: StepKind,
  name: string,
  steps: number,
  order: string[],
): Promise<void> {
  for (let step = 0; step < steps; step++) await turnstile.turn(kind, () => void order.push(name));
}

describe('the turnstile', () => {
  it('lets one step through at a time', async () => {
    const turnstile = createTurnstile();
    let inside = 0;
    const step = async () => {
      inside++;
      await new Promise(setImmediate);
      expect(inside).toBe(1);
      inside--;
    };
    await Promise.all(
      ['drawing', 'training', 'drawing', 'training'].map((kind) => turnstile.turn(kind as StepKind, step)),
    );
  });

  it('lets drawing go first, and training after as many drawing steps in a row as it may have', async () => {
    const turnstile = createTurnstile({ drawingInARow: 3 });
    const order: string[] = [];
    await Promise.all([
      walk(turnstile, 'training', 't', 4, order),
      walk(turnstile, 'drawing', 'd', 8, order),
    ]);
    expect(order.join('')).toBe('tdddtdddtddt');
  });

  it('lets a drawing of n steps wait for at most 1 + n / 8 steps of training, however many train', async () => {
    for (const steps of [1, 8, 25, 100]) {
      const turnstile = createTurnstile();
      const order: string[] = [];
      const training = Array.from({ length: 5 }, () => walk(turnstile, 'training', 't', 20, order));
      while (order.length < 7) await new Promise(setImmediate);
      const before = order.length;
      await walk(turnstile, 'drawing', 'd', steps, order);
      const trained = order.slice(before, order.lastIndexOf('d')).filter((name) => name === 't').length;
      expect(trained).toBeLessThanOrEqual(1 + Math.floor(steps / 8));
      if (steps > 8) expect(trained, 'training goes on meanwhile').toBeGreaterThan(0);
      await Promise.all(training);
    }
  });

  it('serves two of a kind by turns', async () => {
    const turnstile = createTurnstile();
    const order: string[] = [];
    await Promise.all(['a', 'b'].map((name) => walk(turnstile, 'drawing', name, 3, order)));
    expect(order.join('')).toBe('ababab');
  });

  it('goes on after a step that fails, and gives what a step gave', async () => {
    const turnstile = createTurnstile();
    await expect(turnstile.turn('training', () => Promise.reject(new Error('bad')))).rejects.toThrow('bad');
    expect(await turnstile.turn('training', () => 7)).toBe(7);
  });

  it('lets messages in between steps', async () => {
    const turnstile = createTurnstile();
    const { port1, port2 } = new MessageChannel();
    let steps = 0;
    let heard: number | undefined;
    port2.onmessage = () => {
      heard = steps;
    };
    port1.postMessage('x');
    while (heard === undefined && steps < 1000) await turnstile.turn('training', () => steps++);
    port2.close();
    expect(heard).toBeLessThan(1000);
  });

  it('tells of which kind each step was that was done', async () => {
    const told: string[] = [];
    const turnstile = createTurnstile({ onStep: (kind, seconds) => told.push(`${kind} ${seconds >= 0}`) });
    await turnstile.turn('training', () => 1);
    await expect(turnstile.turn('drawing', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await turnstile.turn('drawing', async () => 2);
    expect(told).toEqual(['training true', 'drawing true']);
  });
});
