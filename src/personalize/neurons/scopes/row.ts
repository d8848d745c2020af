import type { Scope } from '../scope.ts';

/** Those of one output, as Wanda ranks them (Sun et al. 2023, §3): every output gets as many neurons. */
export const row: Scope = (heads) =>
  heads.map((head) => {
    const { inFeatures, outFeatures } = head;
    return Array.from({ length: outFeatures }, (_, out) => [
      { head, first: out, step: outFeatures, count: inFeatures },
    ]);
  });
