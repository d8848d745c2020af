import type { Ablation } from '../ablation.ts';

const of = (classStrength: number, earlierStrength: number) => ({ classStrength, earlierStrength });

const ablation: Ablation = {
  question: 'What does the regulariser keep, and what does it cost?',
  variants: [
    { label: 'none', cns: of(0, 0) },
    { label: 'class words alone', cns: of(0.15, 0) },
    { label: 'earlier concepts alone', cns: of(0, 0.2) },
    { label: 'both, a third as strong', cns: of(0.05, 0.065) },
    { label: 'both', cns: of(0.15, 0.2) },
    { label: 'both, three times as strong', cns: of(0.45, 0.6) },
  ],
};

export default ablation;
