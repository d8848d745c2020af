import type { Ablation } from '../ablation.ts';

const ablation: Ablation = {
  question: 'Should the norms run over a caption’s words alone, or over all positions?',
  variants: [
    { label: 'words', cns: { positions: 'words' } },
    { label: 'all positions', cns: { positions: 'all' } },
  ],
};

export default ablation;
