import { describe, expect, test } from 'vitest';
import { inForm, usualForm } from '../../src/evaluation/lesson-form.ts';
import { conceptScripts } from '../../src/evaluation/scripts/concept-scripts.ts';
import type { ViewName } from '../../src/evaluation/views.ts';
import { plainWording } from '../../src/evaluation/wording.ts';
import {
  attributesOf,
  type Drawing,
  type EvaluationConcept,
  evaluationConcepts,
  renderPixels,
} from '../../src/world/index.ts';

const concepts = evaluationConcepts();
const named = (number: number) => concepts[number - 1] as EvaluationConcept;
const [dog, hat, park, horse] = [1, 4, 5, 6].map(named) as [
  EvaluationConcept,
  EvaluationConcept,
  EvaluationConcept,
  EvaluationConcept,
];
const seen = (concept: EvaluationConcept, view: ViewName) => inForm(concept, { ...usualForm, view }).drawings;

interface Extent {
  readonly left: number;
  readonly right: number;
  readonly area: number;
}

/** Which part of the frame a drawing's figures change, in pixels of 64. */
async function extentOf(drawing: Drawing): Promise<Extent> {
  const [whole, empty] = await Promise.all(
    [drawing, { ...drawing, figures: [] }].map((one) => renderPixels(one)),
  );
  const columns: number[] = [];
  let area = 0;
  for (let pixel = 0; pixel < 64 * 64; pixel++) {
    const differs = [0, 1, 2].some(
      (channel) => whole!.rgb[3 * pixel + channel] !== empty!.rgb[3 * pixel + channel],
    );
    if (!differs) continue;
    columns.push(pixel % 64);
    area++;
  }
  return { left: Math.min(...columns), right: Math.max(...columns), area };
}

const extents = (drawings: readonly Drawing[]) => Promise.all(drawings.map(extentOf));

describe('pictures that teach', () => {
  test('are usually the concept’s own', () => {
    for (const concept of concepts) expect(inForm(concept, usualForm).drawings).toEqual(concept.drawings);
  });

  test.each([1, 2, 4, 6])('can be %i, each another one', (pictures) => {
    for (const concept of concepts) {
      const { drawings } = inForm(concept, { ...usualForm, pictures });
      expect(new Set(drawings.map((drawing) => JSON.stringify(drawing))).size).toBe(pictures);
    }
  });

  test('show the subject at less than half its area where it is small, all of it within the frame', async () => {
    for (const concept of [dog, horse, hat]) {
      const [usual, small] = [await extents(concept.drawings), await extents(seen(concept, 'small'))];
      for (const [i, { area, left, right }] of small.entries()) {
        expect(area).toBeLessThan(0.5 * (usual[i] as Extent).area);
        expect(area).toBeGreaterThan(60);
        expect([left > 0, right < 63]).toEqual([true, true]);
      }
    }
  });

  test('show it at the left and at the right of the frame in turn where it is off-centre', async () => {
    for (const concept of [dog, horse]) {
      for (const [i, { left, right }] of (await extents(seen(concept, 'off-centre'))).entries()) {
        const [near, far] = i % 2 === 0 ? [left, 63 - right] : [63 - right, left];
        expect(near).toBeLessThanOrEqual(3);
        expect(far).toBeGreaterThan(15);
      }
    }
  });

  test('show more things behind the very same subject where the scene is busy', () => {
    for (const concept of [dog, hat, horse]) {
      for (const [i, { scene, figures, style }] of seen(concept, 'busy').entries()) {
        const own = concept.drawings[i] as Drawing;
        expect([figures, style, scene.kind]).toEqual([own.figures, own.style, own.scene.kind]);
        expect(scene.props.length).toBeGreaterThan(own.scene.props.length + 3);
      }
    }
    expect(seen(park, 'busy')).toEqual(park.drawings);
  });

  test.each(['small', 'off-centre', 'busy'] as const)(
    'have the same attributes where they are %s',
    (view) => {
      for (const concept of concepts)
        expect(seen(concept, view).map(attributesOf)).toEqual(concept.drawings.map(attributesOf));
    },
  );
});

test('a concept is measured by the same prompts and drawings, however it is taught', () => {
  const texts = (concept: EvaluationConcept) =>
    conceptScripts(concept).map((script) => script.text(plainWording));
  for (const concept of [dog, hat, park]) {
    const { drawings: _, ...rest } = inForm(concept, { pictures: 5, view: 'small', captions: 'seen' });
    const { drawings, ...own } = concept;
    expect(rest).toEqual(own);
    expect(texts({ ...rest, drawings })).toEqual(texts(concept));
  }
});
