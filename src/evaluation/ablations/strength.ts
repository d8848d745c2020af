import type { Ablation } from '../ablation.ts';

const ablation: Ablation = {
  question: 'How much of what the weights learned should stay?',
  variants: [
    { label: 'all of it', cns: { strength: 1 } },
    { label: '0.9', cns: { strength: 0.9 } },
    { label: '0.85', cns: { strength: 0.85 } },
    { label: '0.8', cns: { strength: 0.8 } },
    { label: '0.7', cns: { strength: 0.7 } },
  ],
};

export default ablation;
