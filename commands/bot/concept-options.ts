import { teachLimits } from '../../src/studio/limits.ts';
import type { StringOption } from '../command.ts';

/** What is said of a concept, whether it is taught or brought in. */
export const kindOption = {
  type: 'string',
  maxLength: 10,
  choices: ['subject', 'style', 'scene'],
  description: 'One particular thing (subject), a way of drawing (style) or a place (scene)',
} as const satisfies StringOption;

export const labelOption = {
  type: 'string',
  maxLength: teachLimits.label,
  description: 'A name of your own for it: Rex',
} as const satisfies StringOption;
