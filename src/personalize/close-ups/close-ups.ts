import type { Model } from '../../diffusion/model.ts';
import { untaught } from '../../diffusion/taught-model.ts';
import { rowsOf } from '../../onnx/join.ts';
import type { PixelImage } from '../../pictures/image.ts';
import { framed, resized } from '../../pictures/resize.ts';
import { createRandom } from '../../random.ts';
import type { Captions } from '../captions/captioner.ts';
import type { Look } from '../captions/look.ts';
import { phraseOf, tieTo } from '../captions/seen.ts';
import type { LessonHooks } from '../method.ts';
import { whereSaid } from './where-said.ts';
import { smallestWindow, type Window } from './window.ts';

/** A subject is small where this much of what stands out lies in a window whose side is at most that share of the picture's. */
const small = { holds: 0.85, side: 1 / 2 } as const;
/** How much of what stands out a close-up shows. */
const shown = 0.95;

/** What a lesson learns from, in place of what was sent. */
export interface CloseUps {
  readonly pictures: readonly PixelImage[];
  /** Which of them are close-ups, by their places. */
  readonly closeUps: readonly number[];
}

/**
 * The pictures of a lesson, each in which the subject is small cut to where the base model sees the class, and enlarged to
 * its size. Those that a service has captioned stay as they are, since captions tell of all that they show; so do pictures of scenes and styles.
 */
export async function withCloseUps(
  base: Model,
  { classWord, kind, pictures, captions, seed }: Look & Pick<Captions, 'captions'>,
  { turn, onPreparing }: Pick<LessonHooks, 'turn' | 'onPreparing'>,
): Promise<CloseUps> {
  const wanted = kind === 'subject' ? [...pictures.keys()].filter((at) => captions[at]?.length === 0) : [];
  if (wanted.length === 0) return { pictures, closeUps: [] };
  const latents = await turn(() => base.autoencoder.encode(wanted.map((at) => pictures[at] as PixelImage)));
  const [, , height = 0, width = 0] = latents.dims;
  const text = phraseOf(kind, classWord, {}, tieTo(classWord));
  const apartIn = await whereSaid(untaught(base), text, { turn });
  const random = createRandom(seed);
  const found = new Map<number, PixelImage>();
  for (const [done, at] of wanted.entries()) {
    onPreparing('framing', done, wanted.length);
    const picture = pictures[at] as PixelImage;
    const apart = await apartIn(rowsOf(latents, [done, done + 1]), random);
    if (smallestWindow(apart, { height, width }, small.holds).width > small.side * width) continue;
    const window = smallestWindow(apart, { height, width }, shown);
    found.set(at, await enlarged(picture, window, picture.width / width));
  }
  return { pictures: pictures.map((picture, at) => found.get(at) ?? picture), closeUps: [...found.keys()] };
}

/** @param scale pixels of a place in the window's grid */
async function enlarged(
  picture: PixelImage,
  { left, top, width, height }: Window,
  scale: number,
): Promise<PixelImage> {
  const size = { width: width * scale, height: height * scale };
  return resized(framed(picture, size, -left * scale, -top * scale), picture.width, picture.height);
}
