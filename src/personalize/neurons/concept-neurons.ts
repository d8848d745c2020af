import type { TaughtModel } from '../../diffusion/taught-model.ts';
import type { Head } from '../../onnx/cut/unet.ts';
import { calibrationPrompts } from '../captions/calibration.ts';
import type { ConceptWeights } from '../concept-file.ts';
import { placeInOut } from '../concepts.ts';
import type { Lesson, LessonHooks } from '../method.ts';
import { textStates } from '../texts.ts';
import { bestOfRow, type HeadRanks, type Selection, selectNeurons } from './select.ts';
import { alwaysAmongBest, featureNorms, worstRanks } from './wanda.ts';

/**
 * The weights that answer to the lesson's captions, described ones too, and not to prompts in general, and that no earlier concept has.
 * They are told by the base model's weights, so that what a server taught before does not sway the choice.
 * @param share of the model's parameters
 */
export async function conceptNeurons(
  lesson: Lesson,
  model: TaughtModel,
  share: number,
  hooks: LessonHooks,
): Promise<Selection> {
  const { base, tokenizer } = model;
  const isKnown = (word: string) => tokenizer.encode(word).length === 3;
  const captions = [...lesson.captions.flat(), ...(lesson.described ?? [])];
  const concept = await captionNorms(model, [...new Set(captions)], hooks);
  const general = await captionNorms(model, calibrationPrompts(isKnown), hooks);
  const ranks: HeadRanks[] = [];
  for (const head of base.heads) {
    const weights = base.baseWeights.get(head.name) as Float32Array;
    ranks.push({
      head,
      concept: await hooks.turn(() => worstRanks(head, weights, concept)),
      general: await hooks.turn(() => alwaysAmongBest(head, weights, general, bestOfRow(head))),
      taken: takenIn(head, lesson.earlier),
    });
    hooks.onPreparing('selecting', ranks.length, base.heads.length);
  }
  return selectNeurons(ranks, Math.round(share * base.counts.parameters));
}

async function captionNorms(
  model: TaughtModel,
  captions: readonly string[],
  hooks: LessonHooks,
): Promise<readonly Float32Array[]> {
  const groups = await textStates(model, captions, hooks);
  return groups.flatMap(({ states, encodings }) => featureNorms(states, encodings));
}

/** 1 where one of the concepts has the weight, [in, out]. */
function takenIn(head: Head, concepts: readonly ConceptWeights[]): Uint8Array {
  const taken = new Uint8Array(head.inFeatures * head.outFeatures);
  for (const { heads } of concepts) {
    heads.get(head.name)?.indices.forEach((place) => {
      taken[placeInOut(place, head)] = 1;
    });
  }
  return taken;
}
