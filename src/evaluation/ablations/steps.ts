import type { Ablation } from '../ablation.ts';

const ablation: Ablation = {
  question: 'What do fewer training steps cost, and what do more bring?',
  variants: [75, 150, 300, 600].map((steps) => ({ label: `${steps} steps`, cns: { steps } })),
};

export default ablation;
