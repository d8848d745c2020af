import { describe, expect, test } from 'vitest';
import type { Shot } from '../../src/diffusion/draw-each.ts';
import { measureConcept } from '../../src/evaluation/measures/concepts.ts';
import { driftShots, measureDrift } from '../../src/evaluation/measures/drift.ts';
import { classShots, measureLeaks } from '../../src/evaluation/measures/leaks.ts';
import { measureMulti } from '../../src/evaluation/measures/multi.ts';
import type { MeasureParts } from '../../src/evaluation/measures/parts.ts';
import { partOf, staged } from '../../src/evaluation/scripts/script.ts';
import { quickEvaluation } from '../../src/evaluation/settings.ts';
import { taughtWording } from '../../src/evaluation/wording.ts';
import { judge } from '../../src/judges/judges.ts';
import type { Reading } from '../../src/judges/reader.ts';
import type { PixelImage } from '../../src/pictures/image.ts';
import {
  type Drawing,
  type EvaluationConcept,
  evaluationConcepts,
  seededRandom,
} from '../../src/world/index.ts';
import { encoderOf, readingOf } from './stand-ins.ts';

const concepts = evaluationConcepts();
const [dog, lighthouse, , hat, park, horse] = concepts as [
  EvaluationConcept,
  EvaluationConcept,
  EvaluationConcept,
  EvaluationConcept,
  EvaluationConcept,
  EvaluationConcept,
];
const random = seededRandom(8);
const east = Float32Array.of(1, 0);
const north = Float32Array.of(0, 1);
const nothing = readingOf(staged({ figures: [], place: 'city', style: 'neon' }, random));

/** What a picture is read as, and how it is embedded. */
interface Seen {
  readonly reading: Reading;
  readonly embedding?: Float32Array;
}

const seenIn = (drawing: Drawing): Seen => ({ reading: readingOf(drawing) });

/** A model that draws for the nth shot of a text what `see` says, before judges who see just that. */
function partsOf(see: (prompt: string, nth: number) => Seen): MeasureParts {
  const known = new Map<PixelImage, Seen>();
  return {
    settings: {
      ...quickEvaluation,
      conceptPictures: 2,
      classPictures: 2,
      driftPrompts: 16,
      multiPrompts: 1,
      multiPictures: 2,
    },
    say: taughtWording({ mention: (token, classWord) => `${token} ${classWord}` }),
    references: async () => [east],
    judges: {
      encoder: encoderOf(
        (image) => known.get(image)?.embedding ?? north,
        () => east,
      ),
      reader: {
        read: async (images) => images.map((image) => known.get(image)?.reading ?? nothing),
        release: async () => {},
      },
    },
    async draw(shots: readonly Shot[]) {
      const counts = new Map<string, number>();
      return shots.map(({ prompt }) => {
        const nth = counts.get(prompt) ?? 0;
        counts.set(prompt, nth + 1);
        const image = { width: 1, height: 1, rgb: new Uint8Array(3) };
        known.set(image, see(prompt, nth));
        return image;
      });
    },
  };
}

describe('a concept', () => {
  test('that every other picture shows is half like it, half found, and half true to its prompts', async () => {
    const shown = readingOf(staged({ figures: [partOf(dog)] }, random));
    const parts = partsOf((_, nth) =>
      nth === 0 ? { reading: shown, embedding: east } : { reading: nothing, embedding: north },
    );
    const score = await measureConcept(parts, dog);
    expect(score).toMatchObject({ token: '<new1>', classWord: 'dog', clipI: 50, clipT: 125, fidelity: 50 });
    expect(Object.values(score.attributes)).toEqual(Array(7).fill(50));
    expect(score.prompts).toHaveLength(4);
    expect(score.prompts[0]).toEqual({
      text: 'a <new1> dog in the desert',
      clipI: 50,
      clipT: 125,
      fidelity: 50,
    });
  });

  test('is scored by prompt and by attribute', async () => {
    const { subject } = partOf(horse);
    const red = staged({ figures: [{ subject: { ...subject!, body: 'red' } }] }, random);
    const right = staged({ figures: [partOf(horse)] }, random);
    const score = await measureConcept(
      partsOf((prompt) => seenIn(prompt.includes('desert') ? red : right)),
      horse,
    );
    // Two of the four prompts are set in the desert, and one of six attributes is wrong in those.
    expect(score.attributes).toMatchObject({ bodyColour: 50, class: 100, collarColour: 100 });
    expect(score.prompts.map(({ fidelity }) => Math.round(fidelity))).toEqual([83, 100, 83, 100]);
    expect(score.fidelity).toBeCloseTo((100 * (4 * 5 + 4 * 6)) / 48, 6);
  });

  test('is drawn from seeds of its own, each once', async () => {
    const shots: Shot[] = [];
    const parts = partsOf(() => ({ reading: nothing }));
    const draw = (more: readonly Shot[]) => {
      shots.push(...more);
      return parts.draw(more);
    };
    for (const concept of [dog, hat]) await measureConcept({ ...parts, draw }, concept);
    expect(new Set(shots.map(({ seed }) => seed)).size).toBe(16);
  });
});

describe('prompts without tokens', () => {
  test('have drifted by what of their attributes the base model showed and the taught one does not', async () => {
    const base = partsOf(() => ({
      reading: { ...nothing, scene: { value: 'snow', probability: 1 } },
      embedding: east,
    }));
    const judged = await judge(base.judges, await base.draw(driftShots(concepts, base.settings)));
    const score = await measureDrift(
      partsOf(() => ({ reading: nothing, embedding: north })),
      concepts,
      judged,
    );
    const sought = score.prompts.reduce((sum, prompt) => sum + prompt.sought, 0);
    const inSnow = score.prompts.filter(({ text }) => /snow/.test(text)).length;
    const inCity = score.prompts.filter(({ text }) => /city|town/.test(text)).length;
    const inNeon = score.prompts.filter(({ text }) => /neon/.test(text)).length;
    expect(inSnow).toBeGreaterThan(0);
    expect(score.fidelity.base).toBeCloseTo((100 * (inSnow + inNeon)) / sought, 6);
    expect(score.fidelity.taught).toBeCloseTo((100 * (inCity + inNeon)) / sought, 6);
    expect(score.clipT).toEqual({ base: 250, taught: 0 });
    expect(score.likeness).toBe(0);
  });
});

describe('a class word', () => {
  test('leaks what of its concept its pictures show now and did not before', async () => {
    const own = readingOf(staged({ figures: [partOf(dog)] }, random));
    const anyDog = { ...nothing, 'left.class': { value: 'dog', probability: 1 } };
    const base = partsOf(() => ({ reading: anyDog }));
    const judged = await judge(base.judges, await base.draw(classShots(concepts, base.settings)));
    const taught = partsOf((prompt, nth) => ({
      reading: prompt.endsWith('dog') && nth === 0 ? own : anyDog,
    }));
    const scores = await measureLeaks(taught, concepts, [dog, lighthouse], judged);
    expect(scores).toEqual([
      { token: '<new1>', classWord: 'dog', share: { base: 0, taught: 50 }, all: { base: 0, taught: 50 } },
      {
        token: '<new2>',
        classWord: 'lighthouse',
        share: { base: 0, taught: 0 },
        all: { base: 0, taught: 0 },
      },
    ]);
  });

  test('is drawn from the same seeds, however many concepts are known', () => {
    const settings = { classPictures: 2 };
    const all = classShots(concepts, settings);
    const some = classShots(concepts, settings, [hat]);
    expect(some.map(({ prompt }) => prompt)).toEqual([
      'a photo of a hat',
      'a photo of a hat',
      'a dog wearing a hat',
      'a dog wearing a hat',
    ]);
    for (const shot of some) expect(all).toContainEqual(shot);
  });
});

describe('several concepts in a picture', () => {
  test('are each found where they belong, and the picture is as good as the worst of them', async () => {
    const together = staged({ figures: [{ ...partOf(dog), ...partOf(hat) }] }, random);
    const apart = staged({ figures: [partOf(dog), { ...partOf(lighthouse), ...partOf(hat) }] }, random);
    const [score] = await measureMulti(
      partsOf((_, nth) => seenIn(nth === 0 ? together : apart)),
      [dog, hat],
    );
    expect(score?.text).toBe('a <new1> dog wearing a <new4> hat');
    expect(score?.tokens).toEqual(['<new1>', '<new4>']);
    // The hat is with its dog in one of two pictures.
    expect(score?.concepts[1]).toEqual({ token: '<new4>', fidelity: 50 });
    expect(score?.concepts[0]?.fidelity).toBe(100);
    expect([score?.fidelity, score?.worst]).toEqual([75, 50]);
  });

  test('count alike, however many attributes they have', async () => {
    const scene = staged({ figures: [], place: park }, random);
    const reading = { ...readingOf(scene), sceneParticular: { value: 'blossomPark', probability: 1 } };
    const [score] = await measureMulti(
      partsOf(() => ({ reading })),
      [dog, park],
    );
    expect(score?.concepts).toEqual([
      { token: '<new1>', fidelity: 0 },
      { token: '<new5>', fidelity: 100 },
    ]);
    expect([score?.fidelity, score?.worst, score?.clipI, score?.clipT]).toEqual([50, 0, 0, 0]);
  });
});
