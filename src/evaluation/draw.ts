import { drawEach, type Shot } from '../diffusion/draw-each.ts';
import type { TaughtModel } from '../diffusion/taught-model.ts';
import type { Turns } from '../personalize/method.ts';
import type { PixelImage } from '../pictures/image.ts';
import type { MeasureParts } from './measures/parts.ts';
import type { EvaluationSettings } from './settings.ts';

/** Pictures of a batch. */
export const drawnTogether = 8;

/**
 * Draws shots a few at a time, always the same ones together: a picture's last bits can differ with its neighbours.
 * @param onDrawn hears how many pictures were drawn just now
 */
export function createDraw(
  model: TaughtModel,
  { drawingSteps, guidanceScale }: Pick<EvaluationSettings, 'drawingSteps' | 'guidanceScale'>,
  { turn }: Turns,
  onDrawn: (pictures: number) => void,
): MeasureParts['draw'] {
  const settings = { steps: drawingSteps, guidanceScale, sampler: model.base.folder.sampler };
  return async (shots: readonly Shot[]) => {
    const images: PixelImage[] = [];
    for (let first = 0; first < shots.length; first += drawnTogether) {
      const some = shots.slice(first, first + drawnTogether);
      images.push(...(await drawEach(model, some, settings, { turn, onStep() {} })));
      onDrawn(some.length);
    }
    return images;
  };
}
