import { z } from 'zod';
import { attentionLayers } from '../diffusion/layered-text.ts';
import { type ModelFolder, remedy } from '../diffusion/model-folder.ts';
import { checkJson, readJson } from '../model-files.ts';
import type { Head } from '../onnx/cut/unet.ts';
import { raise } from '../result.ts';

const modulePath = /^(?:down_blocks|mid_block|up_blocks)\..+\.attn2\.to_[kv]$/;
const counted = /^cross_attentions\.(\d+)\.(to_[kv])$/;

/**
 * Diffusers' module path of each head, such as `mid_block.attentions.0.transformer_blocks.0.attn2.to_k`, by head name. A
 * graph whose names lost it says it by its structure: its attentions follow one another as the blocks do that the
 * model's `unet/config.json` tells of. Raises 'invalid-model' where the two do not agree.
 */
export async function moduleNames(
  heads: readonly Head[],
  folder: Pick<ModelFolder, 'path'>,
): Promise<ReadonlyMap<string, string>> {
  if (heads.every(({ name }) => modulePath.test(name)))
    return new Map(heads.map(({ name }) => [name, name] as const));
  const file = 'unet/config.json';
  const config = checkJson(unetSchema, await readJson(folder.path, file, remedy), file);
  return structuralNames(heads, attentionsOf(config));
}

/** One cross-attention as diffusers names it, and how wide its keys and values are. */
export interface NamedAttention {
  readonly path: string;
  readonly channels: number;
}

/** @param attentions in the order in which a picture goes through them */
export function structuralNames(
  heads: readonly Head[],
  attentions: readonly NamedAttention[],
): ReadonlyMap<string, string> {
  if (attentionLayers(heads).length !== attentions.length) disagree();
  return new Map(
    heads.map(({ name, outFeatures }) => {
      if (modulePath.test(name)) return [name, name] as const;
      const [, at = '', projection = ''] = counted.exec(name) ?? [];
      const attention = attentions[Number(at)];
      if (projection === '' || attention?.channels !== outFeatures) return disagree();
      return [name, `${attention.path}.${projection}`] as const;
    }),
  );
}

function disagree(): never {
  return raise(
    'invalid-model',
    "This model's modules cannot be named: its U-Net has other cross-attentions than its unet/config.json says. Only the format keepsake needs no names.",
  );
}

const each = <T extends z.ZodType>(one: T) => z.union([one, z.array(one)]);
const unetSchema = z.object({
  block_out_channels: z.array(z.int().positive()).min(1).max(8),
  layers_per_block: each(z.int().min(1).max(16)),
  transformer_layers_per_block: each(z.int().min(1).max(32)).optional(),
  down_block_types: z.array(z.string()),
  mid_block_type: z.string().nullish(),
  up_block_types: z.array(z.string()),
});

/** The part of a U-Net's config.json that says where it has attention. */
export type UnetStructure = z.output<typeof unetSchema>;

/** The cross-attentions of diffusers' `UNet2DConditionModel` with such a configuration, in the order of its forward pass. */
export function attentionsOf(config: UnetStructure): readonly NamedAttention[] {
  const { block_out_channels: channels, mid_block_type: middle = 'UNetMidBlock2DCrossAttn' } = config;
  const blocks = channels.length;
  const layers = perBlock(config.layers_per_block, blocks);
  const depths = perBlock(config.transformer_layers_per_block ?? 1, blocks);
  const inBlock = (block: string, count: number, at: number) =>
    Array.from({ length: count }, (_, index) =>
      Array.from({ length: depths[at] ?? 1 }, (_, depth) => ({
        path: `${block}.attentions.${index}.transformer_blocks.${depth}.attn2`,
        channels: channels[at] ?? 0,
      })),
    ).flat();
  const crosses = (type = '') => /CrossAttn/.test(type);
  return [
    ...config.down_block_types.flatMap((type, at) =>
      crosses(type) ? inBlock(`down_blocks.${at}`, layers[at] ?? 0, at) : [],
    ),
    ...(crosses(middle ?? '') ? inBlock('mid_block', 1, blocks - 1) : []),
    ...config.up_block_types.flatMap((type, up) => {
      const at = blocks - 1 - up;
      return crosses(type) ? inBlock(`up_blocks.${up}`, (layers[at] ?? 0) + 1, at) : [];
    }),
  ];
}

function perBlock(given: number | readonly number[], blocks: number): readonly number[] {
  return typeof given === 'number' ? Array.from({ length: blocks }, () => given) : given;
}
