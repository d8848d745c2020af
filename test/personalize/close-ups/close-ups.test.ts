import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Model, openModel } from '../../../src/diffusion/model.ts';
import { inForm, usualForm } from '../../../src/evaluation/lesson-form.ts';
import type { ViewName } from '../../../src/evaluation/views.ts';
import { withCloseUps } from '../../../src/personalize/close-ups/close-ups.ts';
import type { PixelImage } from '../../../src/pictures/image.ts';
import { framed, resized } from '../../../src/pictures/resize.ts';
import { createRuntime } from '../../../src/runtime/session.ts';
import {
  type Drawing,
  type EvaluationConcept,
  evaluationConcepts,
  renderPixels,
} from '../../../src/world/index.ts';
import { plainHooks } from '../tiny.ts';

let model: Model;
beforeAll(async () => {
  const bundled = join(import.meta.dirname, '../../../model-store/sketchbook');
  model = await openModel(createRuntime({ threads: 1 }), bundled);
});
afterAll(() => model.release());

const concepts = evaluationConcepts();
const conceptOf = (classWord: string) =>
  concepts.find((one) => one.classWord === classWord) as EvaluationConcept;

async function lessonOf({ classWord, kind, ...concept }: EvaluationConcept, view: ViewName) {
  const { drawings } = inForm({ classWord, kind, ...concept }, { ...usualForm, view });
  const pictures = await Promise.all(drawings.map((one) => renderPixels(one, 64)));
  return { drawings, asked: { classWord, kind, pictures, captions: pictures.map(() => []), seed: 1 } };
}

/** Where a drawing's figures change the frame, by the world's own account: [height, width], 64 pixels each way. */
async function figuresIn(drawing: Drawing): Promise<readonly boolean[]> {
  const [whole, bare] = await Promise.all(
    [drawing, { ...drawing, figures: [] }].map(async (one) => (await renderPixels(one, 64)).rgb),
  );
  return Array.from({ length: 64 * 64 }, (_, pixel) =>
    [0, 1, 2].some((channel) => Math.abs(whole![3 * pixel + channel]! - bare![3 * pixel + channel]!) > 24),
  );
}

/** Every part of a picture that is as wide as high, 16 to 48 pixels, and begins at a whole latent; at the picture's size. */
async function partsOf(picture: PixelImage) {
  const sides = Array.from({ length: 9 }, (_, at) => 4 * (at + 4));
  const places = sides.flatMap((side) => {
    const starts = Array.from({ length: (64 - side) / 4 + 1 }, (_, at) => 4 * at);
    return starts.flatMap((top) => starts.map((left) => ({ left, top, side })));
  });
  return Promise.all(
    places.map(async ({ left, top, side }) => {
      const part = framed(picture, { width: side, height: side }, -left, -top);
      return { left, top, side, rgb: (await resized(part, 64, 64)).rgb };
    }),
  );
}

describe('pictures in which the subject is small', () => {
  test.each(['dog', 'horse', 'house'])('are cut to the %s, and nearly all of it stays', async (classWord) => {
    const { drawings, asked } = await lessonOf(conceptOf(classWord), 'small');
    const { pictures, closeUps } = await withCloseUps(model, asked, plainHooks);
    expect(closeUps.length).toBeGreaterThanOrEqual(2);
    for (const at of closeUps) {
      const cut = Buffer.from(pictures[at]!.rgb);
      const part = (await partsOf(asked.pictures[at]!)).find(({ rgb }) => cut.equals(rgb))!;
      const { left, top, side } = part;
      const figure = await figuresIn(drawings[at]!);
      const isInside = (pixel: number) => {
        const [y, x] = [Math.floor(pixel / 64) - top, (pixel % 64) - left];
        return y >= 0 && y < side && x >= 0 && x < side;
      };
      const all = [...figure.keys()].filter((pixel) => figure[pixel]);
      expect(all.filter(isInside).length / all.length, `picture ${at}`).toBeGreaterThan(0.9);
    }
  });

  test('are cut in no other way than that: the others stay as they are', async () => {
    const { asked } = await lessonOf(conceptOf('dog'), 'small');
    const { pictures, closeUps } = await withCloseUps(model, asked, plainHooks);
    for (const [at, picture] of pictures.entries()) {
      expect([picture.width, picture.height, picture.rgb.length]).toEqual([64, 64, 3 * 64 * 64]);
      expect(picture === asked.pictures[at]).toBe(!closeUps.includes(at));
    }
  });

  test('stay as they are where a service has said what they show', async () => {
    const { asked } = await lessonOf(conceptOf('dog'), 'small');
    const captions = asked.pictures.map((_, at) => (at < 4 ? ['a <new1> dog under a tree'] : []));
    const { closeUps } = await withCloseUps(model, { ...asked, captions }, plainHooks);
    expect(closeUps.filter((at) => at < 4)).toEqual([]);
    const { closeUps: uncaptioned } = await withCloseUps(model, asked, plainHooks);
    expect(uncaptioned.filter((at) => at < 4)).not.toEqual([]);
  });

  test('are looked through one after another, and that is told', async () => {
    const { asked } = await lessonOf(conceptOf('dog'), 'small');
    const told: (readonly [string, number, number])[] = [];
    await withCloseUps(model, asked, { ...plainHooks, onPreparing: (...what) => void told.push(what) });
    expect(told).toEqual([0, 1, 2, 3, 4].map((done) => ['framing', done, 5]));
  });
});

test.each(['dog', 'horse', 'car', 'bird'])(
  'pictures that the %s fills stay as they are',
  async (classWord) => {
    const { asked } = await lessonOf(conceptOf(classWord), 'usual');
    const { pictures, closeUps } = await withCloseUps(model, asked, plainHooks);
    expect(closeUps).toEqual([]);
    expect(pictures).toEqual(asked.pictures);
  },
);

test.each(['style', 'scene'] as const)('pictures that teach a %s stay as they are', async (kind) => {
  const { asked } = await lessonOf(concepts.find((one) => one.kind === kind)!, 'small');
  expect((await withCloseUps(model, asked, plainHooks)).closeUps).toEqual([]);
});
