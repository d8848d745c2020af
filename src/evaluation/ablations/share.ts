import type { Ablation } from '../ablation.ts';

/**
 * Key and value weights are 2.2 % of the bundled model, and concepts share none: where many are wanted, each of the
 * stream's five gets at most half of what is left.
 */
const large = { mostOfFree: 0.5 };

const ablation: Ablation = {
  question: 'How many weights does a concept need, as a share of the model’s parameters?',
  variants: [
    { label: '0.05 %', cns: { share: 0.0005 } },
    { label: '0.13 %', cns: { share: 0.0013 } },
    { label: '0.41 %, at most half of those left', cns: { share: 0.0041, ...large } },
    { label: '1 %, at most half of those left', cns: { share: 0.01, ...large } },
    { label: '2 %, at most half of those left', cns: { share: 0.02, ...large } },
  ],
};

export default ablation;
