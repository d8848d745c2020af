import type { Ablation } from '../ablation.ts';

const ablation: Ablation = {
  question: 'Should the norms run over the token’s place alone, a caption’s words, or all positions?',
  variants: [
    { label: 'the token’s place', cns: { positions: 'token' } },
    { label: 'words', cns: { positions: 'words' } },
    { label: 'all positions', cns: { positions: 'all' } },
  ],
};

export default ablation;
