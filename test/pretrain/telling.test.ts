import { expect, test } from 'vitest';
import { tellingCaption } from '../../src/pretrain/telling.ts';
import type { Uniform } from '../../src/random.ts';
import { namedIn, sampleDrawing, seededRandom } from '../../src/world/index.ts';

const drawings = ((random: Uniform) => Array.from({ length: 200 }, () => sampleDrawing(random)))(
  seededRandom(4),
);

function namedByAll(share: number): number {
  const random = seededRandom(9);
  return drawings
    .flatMap((drawing) => namedIn(tellingCaption(drawing, share, random)).figures)
    .reduce((sum, figure) => sum + Object.keys(figure).length, 0);
}

test('telling captions name more of what is drawn than captions as they come, and more so the larger their share', () => {
  const [none, half, all] = [namedByAll(0), namedByAll(0.5), namedByAll(1)];
  expect(half).toBeGreaterThan(1.1 * none);
  expect(all).toBeGreaterThan(1.1 * half);
});
