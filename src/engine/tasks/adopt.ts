import { adopt } from '../../interop/adopt.ts';
import type { Formats } from '../../interop/format.ts';
import { compose } from '../../personalize/compose.ts';
import { type ConceptWeights, encodeConcept } from '../../personalize/concept-file.ts';
import type { Methods } from '../../personalize/method.ts';
import { sampleRequests } from '../../personalize/sample-prompts.ts';
import type { Models } from '../models.ts';
import { drawSamples } from '../samples.ts';
import type { Handler } from '../task.ts';

/** Makes a concept of files from elsewhere, in the process that has nothing to lose, and draws samples of it. */
export function adoptTask(models: Models, methods: Methods, formats: Formats): Handler<'adopt'> {
  return async (task, context) => {
    const { step: turn, onProgress } = context;
    const { token, files, classWord, conceptKind } = task;
    onProgress({ phase: 'loading', step: 0, steps: 0 });
    const base = await models.base(task.model);
    const earlier = await models.concepts(base, task.concepts);
    const started = performance.now();
    onProgress({ phase: 'checking', step: 0, steps: 0 });
    const said = { ...(classWord !== undefined && { classWord }), ...(conceptKind && { kind: conceptKind }) };
    const requireUsable = (concept: ConceptWeights) => void models.checked(base, concept);
    const { concept, notes } = await turn('drawing', () =>
      adopt({ token, files, earlier, requireUsable, ...said }, formats, base),
    );
    const { model } = await compose(base, [...earlier, concept], methods, {
      turn: (action) => turn('drawing', action),
    });
    const wanted = sampleRequests(token, concept.classWord, concept.kind, task.seed);
    const { images: samples, flagged } = await drawSamples(models, model, wanted, task.flagged, context);
    const neurons = numbersIn(concept);
    return {
      concept: encodeConcept(concept),
      method: concept.method,
      token,
      classWord: concept.classWord,
      kind: concept.kind,
      neurons,
      share: neurons / base.counts.parameters,
      seconds: (performance.now() - started) / 1000,
      samples,
      ...(flagged > 0 && { flagged }),
      notes,
    };
  };
}

/** Of its key and value weights: places, or what is added to matrices. */
function numbersIn({ heads, deltas }: ConceptWeights): number {
  const placed = [...heads.values()].reduce((sum, { indices }) => sum + indices.length, 0);
  return [...deltas.values()].reduce(
    (sum, delta) => sum + ('whole' in delta ? delta.whole.length : delta.down.length + delta.up.length),
    placed,
  );
}
