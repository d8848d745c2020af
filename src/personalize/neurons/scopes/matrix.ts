import type { Scope } from '../scope.ts';

/** Those of one key or value matrix, as set differences of Wanda's masks were taken (Wei et al. 2024): every matrix gets the same share. */
export const matrix: Scope = (heads) =>
  heads.map((head) => [[{ head, first: 0, step: 1, count: head.inFeatures * head.outFeatures }]]);
