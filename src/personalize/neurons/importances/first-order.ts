import type { Importance } from '../importance.ts';
import { measured } from './measured.ts';

/** |∂L/∂W_ij · W_ij| (Molchanov et al. 2017; the connection sensitivity of Lee et al. 2019): how much the loss would change, to first order, without the weight. */
export const firstOrder: Importance = measured((gradient, weight) => Math.abs(gradient * weight));
