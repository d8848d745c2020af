import type { Scope } from '../scope.ts';

/** All of them: what counts most gets neurons, wherever it is. */
export const model: Scope = (heads) => [
  [heads.map((head) => ({ head, first: 0, step: 1, count: head.inFeatures * head.outFeatures }))],
];
