import type { ModelDescription } from '../engine/protocol.ts';
import { raise } from '../result.ts';

/** In pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * The size to draw in, in pixels; undefined where that is the model's own. Raises 'invalid-option' for one that the model
 * does not draw, or that is more than the installation allows.
 * @param longest the longest side that is allowed, where the model's own is not longer
 */
export function sizeOf(
  asked: Partial<Size>,
  { pixels, sizeStep }: ModelDescription,
  longest: number,
): Size | undefined {
  const { width = pixels.width, height = pixels.height } = asked;
  if (width === pixels.width && height === pixels.height) return undefined;
  if (sizeStep === undefined)
    return raise(
      'invalid-option',
      `This model draws ${pixels.width} × ${pixels.height} pixels and no other size.`,
    );
  const most = Math.max(longest, pixels.width, pixels.height);
  for (const side of [width, height])
    if (side < sizeStep || side > most || side % sizeStep !== 0)
      raise(
        'invalid-option',
        `Width and height are multiples of ${sizeStep} from ${sizeStep} to ${most - (most % sizeStep)} pixels here, not ${side}.`,
      );
  return { width, height };
}
