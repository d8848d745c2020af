import type { Head } from '../../onnx/cut/unet.ts';
import type { ConceptWeights } from '../concept-file.ts';
import { inOutIndex } from '../concepts.ts';
import type { LessonModel } from '../lesson-model.ts';
import type { Lesson, LessonHooks } from '../method.ts';
import type { AgreementName } from './agreements/index.ts';
import { byName, headsOf } from './by-head.ts';
import { generalNeurons, type Masks } from './general-neurons.ts';
import type { Evidence } from './importance.ts';
import { type ImportanceName, importances } from './importances/index.ts';
import type { PositionsName } from './positions/index.ts';
import { rankAll } from './rank-all.ts';
import type { RankAnswer, RankQuestion } from './rank-heads.ts';
import { type Group, sizeOf } from './ranking.ts';
import { type ScopeName, scopes } from './scopes/index.ts';
import { type HeadRanks, type Selection, type SelectionLimits, selectNeurons } from './select.ts';

/** What decides which weights are a concept's. What each name stands for: the file of that name in the option's folder. */
export interface SelectionOptions extends Omit<SelectionLimits, 'wanted'> {
  /** Concept neurons as a share of the model's parameters; the paper reports about 0.13 %. */
  readonly share: number;
  /** Whether the weights of earlier concepts are left to them alone. */
  readonly disjoint: boolean;
  /** What a weight's score is. */
  readonly importance: ImportanceName;
  /** Which positions of a caption the norms run over. */
  readonly positions: PositionsName;
  /** Which weights are ranked against one another. */
  readonly scope: ScopeName;
  /** How the concept's captions are joined. */
  readonly captionAgreement: AgreementName;
  /** How the calibration prompts are. */
  readonly generalAgreement: AgreementName;
  /** How much a risk counts against what is covered, where the importance is coverage. */
  readonly coverageRisk: number;
}

export const selectionDefaults: SelectionOptions = {
  share: 0.0013,
  disjoint: false,
  mostOfFree: 1 / 8,
  importance: 'wanda',
  positions: 'token',
  scope: 'row',
  captionAgreement: 'every',
  generalAgreement: 'every',
  generalShare: 0.3,
  coverageRisk: 0.1,
};

/** The weights that answer to the lesson and not to what should stay as it is; where concepts are to be disjoint, those that no earlier one has. */
export async function conceptNeurons(
  lesson: Lesson,
  model: LessonModel,
  options: SelectionOptions & { readonly batch: number },
  hooks: LessonHooks,
): Promise<Selection> {
  const { heads, counts } = model.base;
  const evidence = await importances[options.importance]({ lesson, model, options, hooks });
  const taken = byName(heads, (head) => takenIn(head, options.disjoint ? lesson.earlier : []));
  const untaken = ({ name }: Head) => neither(taken.get(name));
  const general = await generalNeurons(model.base, untaken, evidence.general, options, hooks);
  const parts = scopes[options.scope](heads);
  const answers: RankAnswer[] = [];
  const question = (groups: readonly Group[]) =>
    questionOf(groups, evidence.concept, { taken, general, options });
  let told = heads.length;
  const onAnswer = (at: number, answer: RankAnswer) => {
    answers[at] = answer;
    told += answer.size;
    hooks.onPreparing('selecting', told, 2 * heads.length);
  };
  await rankAll({ parts, norms: evidence.concept.norms, question }, onAnswer, hooks);
  const ranks = parts.flatMap((groups, at): readonly HeadRanks[] => {
    const group = Math.max(...groups.map(sizeOf));
    return headsOf(groups).map((head) => {
      const of = <T>(found: ReadonlyMap<string, T>) => found.get(head.name) as T;
      const concept = of(answers[at] as RankAnswer) as Uint16Array | Uint32Array;
      return { head, group, concept, general: of(general), taken: of(taken) };
    });
  });
  const mostOfFree = options.disjoint ? options.mostOfFree : 1;
  return selectNeurons(ranks, {
    ...options,
    mostOfFree,
    wanted: Math.round(options.share * counts.parameters),
  });
}

interface Excluded {
  readonly taken: Masks;
  readonly general: Masks;
  readonly options: Pick<SelectionOptions, 'captionAgreement'>;
}

/** How the weights of some heads rank for the concept's captions. */
function questionOf(
  groups: readonly Group[],
  { magnitudes, norms }: Evidence,
  { taken, general, options }: Excluded,
): RankQuestion {
  const free = ({ name }: Head) => neither(taken.get(name), general.get(name));
  const sizes = byName(headsOf(groups), (head) => magnitudes(head, free(head)));
  return { groups, magnitudes: sizes, norms, agreement: options.captionAgreement };
}

/** 1 where none of the masks has a weight. */
function neither(first: Uint8Array = new Uint8Array(), second?: Uint8Array): Uint8Array {
  const free = new Uint8Array(first.length);
  for (let i = 0; i < free.length; i++) free[i] = first[i] === 0 && (second?.[i] ?? 0) === 0 ? 1 : 0;
  return free;
}

/** 1 where one of the concepts has the weight, [in, out]. */
function takenIn(head: Head, concepts: readonly ConceptWeights[]): Uint8Array {
  const taken = new Uint8Array(head.inFeatures * head.outFeatures);
  for (const { heads } of concepts) {
    heads.get(head.name)?.indices.forEach((place) => {
      taken[inOutIndex(place, head)] = 1;
    });
  }
  return taken;
}
