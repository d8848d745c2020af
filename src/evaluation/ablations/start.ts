import type { Ablation } from '../ablation.ts';

const ablation: Ablation = {
  question: 'Should a thing that stands for itself start as its class word, or apart from all words?',
  variants: [
    { label: 'as its class word', cns: { apart: 0 } },
    { label: 'apart, 8 times as long as a word', cns: { apart: 8 } },
    { label: 'apart, 24 times', cns: { apart: 24 } },
    { label: 'apart, 72 times', cns: { apart: 72 } },
  ],
};

export default ablation;
