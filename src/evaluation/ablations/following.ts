import type { Ablation } from '../ablation.ts';

const ablation: Ablation = {
  question: 'From which positions of a caption should weights learn?',
  variants: [
    { label: 'the token’s alone', cns: { following: 0 } },
    { label: 'the token’s and the next', cns: { following: 1 } },
    { label: 'the token’s and all after it', cns: { following: 1000 } },
  ],
};

export default ablation;
