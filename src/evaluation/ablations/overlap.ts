import type { Ablation } from '../ablation.ts';

const shares = [0, 0.1, 0.2, 0.3, 0.5];

const ablation: Ablation = {
  question: 'How much of a row counts as general, and is left out?',
  variants: shares.map((generalShare) => ({
    label: generalShare === 0 ? 'nothing' : `the best ${100 * generalShare} %`,
    cns: { generalShare },
  })),
};

export default ablation;
