import type { Uniform } from '../random.ts';
import {
  attributesOf,
  type Drawing,
  type EvaluationConcept,
  type Figure,
  sampleScene,
} from '../world/index.ts';

/** How a picture that teaches is taken: changes a drawing of the concept, the nth of its lesson. */
export type View = (
  drawing: Drawing,
  concept: Pick<EvaluationConcept, 'kind'>,
  nth: number,
  random: Uniform,
) => Drawing;

export const views = { usual: (drawing) => drawing, small, 'off-centre': offCentre, busy } satisfies Record<
  string,
  View
>;
export type ViewName = keyof typeof views;

/** Figures of about half the usual size: as far below the smallest of the training world as twice that world's range. */
function small(drawing: Drawing): Drawing {
  return placed(drawing, { size: -1.5 });
}

/** Figures that touch the frame, on the left and on the right in turn, and are a little smaller to find room there. */
function offCentre(drawing: Drawing, _: unknown, nth: number): Drawing {
  return placed(drawing, { size: -0.75, x: nth % 2 === 0 ? -1.3 : 1.3 });
}

function placed(drawing: Drawing, change: Partial<Figure['placement']>): Drawing {
  const figures = drawing.figures.map((figure) => ({
    ...figure,
    placement: { ...figure.placement, ...change },
  }));
  return { ...drawing, figures };
}

/** Scenes whose things are put together. */
const scenesTogether = 3;

/** What stands in scenes of several kinds, all in one. A place that is taught stays what it is. */
function busy(
  drawing: Drawing,
  { kind }: Pick<EvaluationConcept, 'kind'>,
  _: number,
  random: Uniform,
): Drawing {
  const { scene } = drawing;
  if (kind === 'scene') return drawing;
  for (;;) {
    const others = Array.from({ length: scenesTogether - 1 }, () => sampleScene(random));
    const props = [scene, ...others].flatMap((one) => one.props);
    const crowded = { ...drawing, scene: { ...scene, props } };
    if (attributesOf(crowded).sceneParticular === attributesOf(drawing).sceneParticular) return crowded;
  }
}
