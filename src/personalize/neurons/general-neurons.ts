import type { Model } from '../../diffusion/model.ts';
import type { Head } from '../../onnx/cut/unet.ts';
import type { LessonHooks } from '../method.ts';
import type { AgreementName } from './agreements/index.ts';
import { byName, headsOf } from './by-head.ts';
import type { Evidence } from './importance.ts';
import type { ImportanceName } from './importances/index.ts';
import type { PositionsName } from './positions/index.ts';
import { rankAll } from './rank-all.ts';
import type { RankAnswer } from './rank-heads.ts';
import type { Group } from './ranking.ts';
import { type ScopeName, scopes } from './scopes/index.ts';

/** 1 where a weight is in a set, [in, out] by head name. */
export type Masks = ReadonlyMap<string, Uint8Array>;

/** What decides which weights are general neurons. */
export interface GeneralOptions {
  readonly importance: ImportanceName;
  readonly positions: PositionsName;
  readonly scope: ScopeName;
  readonly generalAgreement: AgreementName;
  /** Share of a group that counts as general neurons, 0 to 1. */
  readonly generalShare: number;
  /** Whether weights that earlier concepts have are left out. */
  readonly disjoint: boolean;
}

/** Importances whose general evidence is Wanda's, of the base model's weights and of prompts that no lesson has a part in. */
const ofBaseAlone: ReadonlySet<ImportanceName> = new Set(['wanda', 'coverage']);

/** What was general last, for each model: a byte a weight, 19 MB for Stable Diffusion 1.5. */
const known = new WeakMap<Model, { readonly key: string; readonly masks: Masks }>();

/**
 * Which weights are general neurons. Where that depends on the base model and the options alone, it is kept for the lessons to come, for
 * it is most of the time that choosing neurons takes.
 * @param free 1 where no earlier concept has a weight, [in, out]; asked only where what is general is not known yet
 */
export async function generalNeurons(
  base: Model,
  free: (head: Head) => Uint8Array,
  evidence: () => Promise<Evidence>,
  options: GeneralOptions,
  hooks: Pick<LessonHooks, 'turn' | 'onPreparing'>,
): Promise<Masks> {
  const { importance, positions, scope, generalAgreement, generalShare, disjoint } = options;
  const key = JSON.stringify({ importance, positions, scope, generalAgreement, generalShare });
  const isKept = ofBaseAlone.has(importance) && !disjoint;
  const last = known.get(base);
  if (isKept && last?.key === key) return last.masks;
  const masks = new Map<string, Uint8Array>();
  const { magnitudes, norms } = await evidence();
  const question = (groups: readonly Group[]) => ({
    groups,
    magnitudes: byName(headsOf(groups), (head) => magnitudes(head, free(head))),
    norms,
    agreement: generalAgreement,
    share: generalShare,
  });
  const onAnswer = (_: number, answer: RankAnswer) => {
    for (const [name, mask] of answer) masks.set(name, mask as Uint8Array);
    hooks.onPreparing('selecting', masks.size, 2 * base.heads.length);
  };
  await rankAll({ parts: scopes[scope](base.heads), norms, question }, onAnswer, hooks);
  if (isKept) known.set(base, { key, masks });
  return masks;
}
