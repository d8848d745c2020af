import type { Head } from '../../onnx/cut/unet.ts';
import type { Group } from './ranking.ts';

/**
 * Which weights are ranked against one another: every weight of the heads in one group.
 * @returns groups ranked independently; each inner list covers all weights of its heads
 */
export type Scope = (heads: readonly Head[]) => readonly (readonly Group[])[];
