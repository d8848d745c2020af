import type { ModelDescription } from '../engine/protocol.ts';
import type { ImagineJob } from './imagine.ts';
import type { Work } from './paces.ts';

/** A lesson takes the same time as others by the same method with as many steps. @param steps the method's own where undefined */
export function lessonWork({ id }: ModelDescription, method: string, steps: number | undefined): Work {
  return { like: ['teach', id, method, ...(steps === undefined ? [] : [steps])].join(' '), size: 1 };
}

/** A drawing takes as long as it has steps, each as long as the picture is large. */
export function drawingWork(
  { id, pixels }: ModelDescription,
  { count, steps, size = pixels }: Pick<ImagineJob, 'count' | 'steps' | 'size'>,
): Work {
  const area = (size.width * size.height) / (pixels.width * pixels.height);
  return { like: `imagine ${id}`, size: count * steps * area };
}
