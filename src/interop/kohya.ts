import { createHash } from 'node:crypto';
import type { Tensor } from '../onnx/tensor.ts';
import type { ConceptWeights } from '../personalize/concept-file.ts';
import { encodeSafetensors } from '../safetensors.ts';

/** What files in the manner of kohya's sd-scripts call a module of the U-Net. */
export function kohyaName(modulePath: string): string {
  return `lora_unet_${modulePath.replaceAll('.', '_')}`;
}

/** Widths of text states that tell which Stable Diffusion a file is for; others are of no model that these programs know. */
const baseModels: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  768: { ss_base_model_version: 'sd_v1', ss_v2: 'False' },
  1024: { ss_base_model_version: 'sd_v2', ss_v2: 'True' },
};

/** What a file tells other programs of the change that it holds: which module of theirs makes it, and with what arguments. */
export interface Network {
  readonly module: string;
  readonly args?: Readonly<Record<string, string>>;
  readonly rank?: number;
  /** Part of the change that the file holds, 0 to 1. */
  readonly kept: number;
}

/** A file with what such files say of themselves, and what Keepsake adds. */
export function networkFile(
  tensors: ReadonlyMap<string, Tensor>,
  concept: ConceptWeights,
  { module, args = {}, rank, kept }: Network,
): Uint8Array<ArrayBuffer> {
  const training = {
    ...baseModels[concept.embedding.length],
    ss_network_module: module,
    // As sd-scripts write them where nobody gives a rank.
    ss_network_dim: `${rank ?? 'None'}`,
    ss_network_alpha: `${rank ?? 1}`,
    ss_network_args: JSON.stringify(args),
  };
  const own = { ...conceptMetadata(concept), keepsake_energy_kept: kept.toFixed(4) };
  return encodeSafetensors(tensors, {
    ...training,
    ...hashesOf(encodeSafetensors(tensors, training)),
    ...own,
  });
}

/**
 * The hashes that A1111 knows a network by, as sd-scripts take them of a file that has the notes on its training alone
 * (library/train_util.py, precalculate_safetensors_hashes): of all tensors, and the older one of 64 KiB after the first MiB.
 */
function hashesOf(bytes: Uint8Array): Record<string, string> {
  const header = 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const sha256 = (part: Uint8Array) => createHash('sha256').update(part).digest('hex');
  return {
    sshs_model_hash: sha256(bytes.subarray(header)),
    sshs_legacy_hash: sha256(bytes.subarray(2 ** 20, 2 ** 20 + 2 ** 16)).slice(0, 8),
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
