import type { ConceptWeights } from '../personalize/concept-file.ts';

/** What files in the manner of kohya's sd-scripts call a module of the U-Net. */
export function kohyaName(modulePath: string): string {
  return `lora_unet_${modulePath.replaceAll('.', '_')}`;
}

/** Widths of text states that tell which Stable Diffusion a file is for; others are of no model that these programs know. */
const baseModels: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  768: { ss_base_model_version: 'sd_v1', ss_v2: 'False' },
  1024: { ss_base_model_version: 'sd_v2', ss_v2: 'True' },
};

export interface Network {
  readonly module: string;
  readonly args?: Readonly<Record<string, string>>;
  readonly rank?: number;
  /** Part of the change that the file holds, 0 to 1. */
  readonly kept: number;
}

/** What such files say of themselves, and what Keepsake adds. */
export function networkMetadata(
  concept: ConceptWeights,
  { module, args, rank, kept }: Network,
): Record<string, string> {
  const dimension = rank === undefined ? {} : { ss_network_dim: `${rank}`, ss_network_alpha: `${rank}` };
  return {
    ...baseModels[concept.embedding.length],
    ss_network_module: module,
    ...dimension,
    ...(args && { ss_network_args: JSON.stringify(args) }),
    ...conceptMetadata(concept),
    keepsake_energy_kept: kept.toFixed(4),
  };
}

/** Whose weights these are, for whoever finds the file later. */
export function conceptMetadata({
  token,
  classWord,
  kind,
  method,
  model,
}: ConceptWeights): Record<string, string> {
  return {
    keepsake_token: token,
    keepsake_class: classWord,
    keepsake_kind: kind,
    keepsake_method: method,
    keepsake_model: model,
  };
}
