import type { Importance } from '../importance.ts';
import { measured } from './measured.ts';

/** (∂L/∂W_ij)²: the diagonal of the empirical Fisher information (Kirkpatrick et al. 2017, §2), large where the loss answers to moving the weight. */
export const squaredGradient: Importance = measured((gradient) => gradient * gradient);
