import { asPublished } from '../../personalize/methods/cns.ts';
import type { Ablation } from '../ablation.ts';

const of = (classStrength: number, earlierStrength: number) => ({
  ...asPublished,
  classStrength,
  earlierStrength,
});

const ablation: Ablation = {
  question: 'Where weights are in place everywhere: what does the regulariser keep, and what does it cost?',
  variants: [
    { label: 'in place at the token alone, where it has nothing to keep', cns: {} },
    { label: 'none', cns: of(0, 0) },
    { label: 'what was never taught alone', cns: of(0.1, 0) },
    { label: 'earlier concepts alone', cns: of(0, 1.5) },
    { label: 'both, a third as strong', cns: of(0.03, 0.5) },
    { label: 'both', cns: of(0.1, 1.5) },
    { label: 'both, three times as strong', cns: of(0.3, 4.5) },
  ],
};

export default ablation;
