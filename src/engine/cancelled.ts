import type { Problem } from '../result.ts';

/** What a task that is cancelled ends with. */
export const cancelled: Problem = { code: 'cancelled', message: 'Stopped; nothing was changed.' };
