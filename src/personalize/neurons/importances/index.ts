import type { Importance } from '../importance.ts';
import { coverage } from './coverage.ts';
import { firstOrder } from './first-order.ts';
import { squaredGradient } from './squared-gradient.ts';
import { wanda } from './wanda.ts';

export const importances = {
  wanda,
  'first-order': firstOrder,
  'squared-gradient': squaredGradient,
  coverage,
} satisfies Record<string, Importance>;
export type ImportanceName = keyof typeof importances;
