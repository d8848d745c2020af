import type { Ablation } from '../ablation.ts';

const of = (classStrength: number, earlierStrength: number) => ({ classStrength, earlierStrength });

const ablation: Ablation = {
  question: 'What does the regulariser keep, and what does it cost?',
  variants: [
    { label: 'none', cns: of(0, 0) },
    { label: 'what was never taught alone', cns: of(0.1, 0) },
    { label: 'earlier concepts alone', cns: of(0, 1.5) },
    { label: 'both, a third as strong', cns: of(0.03, 0.5) },
    { label: 'both', cns: of(0.1, 1.5) },
    { label: 'both, three times as strong', cns: of(0.3, 4.5) },
  ],
};

export default ablation;
