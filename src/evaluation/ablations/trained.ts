import type { Ablation } from '../ablation.ts';

const ablation: Ablation = {
  question: 'Must weights and embedding both train?',
  variants: [
    { label: 'both', cns: { trained: 'both' } },
    { label: 'the weights alone', cns: { trained: 'weights' } },
    { label: 'the embedding alone', cns: { trained: 'embedding' } },
  ],
};

export default ablation;
