import type { Head } from '../../onnx/cut/unet.ts';
import type { ConceptWeights } from '../concept-file.ts';
import { inOutIndex } from '../concepts.ts';
import type { LessonModel } from '../lesson-model.ts';
import type { Lesson, LessonHooks } from '../method.ts';
import { type AgreementName, agreements } from './agreements/index.ts';
import { byName, generalNeurons, headsOf, type Masks } from './general-neurons.ts';
import type { Evidence } from './importance.ts';
import { type ImportanceName, importances } from './importances/index.ts';
import type { PositionsName } from './positions/index.ts';
import { createRanker, type Group, roomFor, scatter, sizeOf } from './ranking.ts';
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
  const untaken = byName(heads, ({ name }) => neither(taken.get(name)));
  const general = await generalNeurons(model.base, untaken, evidence.general, options, hooks);
  const ranks: HeadRanks[] = [];
  for (const groups of scopes[options.scope](heads)) {
    const own = headsOf(groups);
    const free = byName(own, ({ name }) => neither(taken.get(name), general.get(name)));
    const concept = await hooks.turn(() => ranksIn(groups, own, free, evidence.concept, options));
    const group = Math.max(...groups.map(sizeOf));
    for (const head of own) {
      const of = <T>(found: ReadonlyMap<string, T>) => found.get(head.name) as T;
      ranks.push({ head, group, concept: of(concept), general: of(general), taken: of(taken) });
    }
    hooks.onPreparing('selecting', heads.length + ranks.length, 2 * heads.length);
  }
  const mostOfFree = options.disjoint ? options.mostOfFree : 1;
  return selectNeurons(ranks, {
    ...options,
    mostOfFree,
    wanted: Math.round(options.share * counts.parameters),
  });
}

function ranksIn(
  groups: readonly Group[],
  heads: readonly Head[],
  free: Masks,
  { magnitudes, norms }: Evidence,
  { captionAgreement }: SelectionOptions,
): ReadonlyMap<string, Uint16Array | Uint32Array> {
  const known = byName(heads, (head) => magnitudes(head, free.get(head.name) as Uint8Array));
  const Ranks = Math.max(...groups.map(sizeOf)) > 2 ** 16 ? Uint32Array : Uint16Array;
  const ranks = byName(heads, ({ inFeatures, outFeatures }) => new Ranks(inFeatures * outFeatures));
  const room = roomFor(groups);
  for (const group of groups)
    scatter(group, agreements[captionAgreement].ranks(createRanker(group, known, room), norms), ranks);
  return ranks;
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
