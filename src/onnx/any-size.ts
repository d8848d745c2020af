import type { Graph } from './graph.ts';

/** Whether a graph's pictures or latents may have any height and width. */
export function takesAnySize({ inputs }: Graph): boolean {
  const [, , height, width] = inputs.find(({ dims }) => dims.length === 4)?.dims ?? [];
  return typeof height === 'string' && typeof width === 'string';
}

/** How often a U-Net halves its latents on the way down, which is as often as it doubles them on the way up. */
export function halvings({ nodes }: Graph): number {
  return nodes.filter(({ op }) => op === 'Resize' || op === 'Upsample').length;
}
