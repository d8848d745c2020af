import type { Ablation } from '../ablation.ts';

const ablation: Ablation = {
  question: 'Should a weight be ranked within its row, its matrix, or the whole model?',
  variants: [
    { label: 'row', cns: { scope: 'row' } },
    { label: 'matrix', cns: { scope: 'matrix' } },
    { label: 'model', cns: { scope: 'model' } },
  ],
};

export default ablation;
