import type { Ablation } from '../ablation.ts';

const ablation: Ablation = {
  question: 'How fast should weights and embedding learn?',
  variants: [
    { label: 'weights 0.005', cns: { weightRate: 5e-3 } },
    { label: 'weights 0.01', cns: { weightRate: 1e-2 } },
    { label: 'weights 0.03, embedding 0.06', cns: { weightRate: 3e-2, embeddingRate: 6e-2 } },
    { label: 'weights 0.06', cns: { weightRate: 6e-2 } },
    { label: 'embedding 0.02', cns: { embeddingRate: 2e-2 } },
    { label: 'embedding 0.12', cns: { embeddingRate: 0.12 } },
  ],
};

export default ablation;
