import { type Model, openModel } from '../../src/diffusion/model.ts';
import type { ConceptWeights, SparseWeights } from '../../src/personalize/concept-file.ts';
import { placeInPyTorch, withConcepts } from '../../src/personalize/concepts.ts';
import type { Lesson, LessonHooks } from '../../src/personalize/method.ts';
import type { PixelImage } from '../../src/pictures/image.ts';
import { createRandom } from '../../src/random.ts';
import { createRuntime } from '../../src/runtime/session.ts';
import { fixturePath } from '../onnx/files.ts';

export const tinyFolder = fixturePath('tiny-sd');

/** A pipeline of Stable Diffusion's shape with random weights. */
export function openTiny(): Promise<Model> {
  return openModel(createRuntime({ threads: 1 }), tinyFolder);
}

/** Pictures of noise, 32 pixels wide and high. */
export function noisePictures(count: number): readonly PixelImage[] {
  const random = createRandom(11);
  return Array.from({ length: count }, () => ({
    width: 32,
    height: 32,
    rgb: new Uint8Array(3 * 32 * 32).map(() => random.integer(256)),
  }));
}

/** A concept that changes `count` weights of each of the given heads: every ninth from place `nth` on. */
export function madeUpConcept(base: Model, nth: number, headNames: readonly string[]): ConceptWeights {
  const heads = new Map<string, SparseWeights>();
  for (const head of base.heads) {
    if (!headNames.includes(head.name)) continue;
    const weights = base.baseWeights.get(head.name) as Float32Array;
    const indices = Array.from(weights.keys()).filter((index) => index % 9 === nth);
    const places = Uint32Array.from(indices, (index) => placeInPyTorch(index, head)).sort();
    heads.set(head.name, {
      indices: places,
      values: Float32Array.from(places, (place) => nth + place / 1000),
    });
  }
  return {
    method: 'cns',
    token: `<new${nth}>`,
    classWord: 'dog',
    kind: 'subject',
    model: base.folder.id,
    embedding: new Float32Array(base.embeddings.width).fill(nth / 10),
    heads,
    deltas: new Map(),
  };
}

export function tinyLesson(base: Model, earlier: readonly ConceptWeights[] = []): Lesson {
  const token = `<new${earlier.length + 1}>`;
  const captions = [`a photo of a ${token} dog`, `a ${token} dog in the park`];
  return {
    model: withConcepts(base, earlier),
    earlier,
    token,
    classWord: 'dog',
    kind: 'subject',
    pictures: noisePictures(2),
    captions: [captions, captions],
    seed: 5,
    steps: 3,
  };
}

/** Hooks that let everything through at once. */
export const plainHooks: LessonHooks = {
  turn: async (action) => action(),
  onPreparing() {},
  onStep() {},
};

/** Bits of the numbers, to tell equal from nearly equal and 0 from −0. */
export function bits(values: Float32Array): Uint32Array {
  return new Uint32Array(values.slice().buffer);
}
