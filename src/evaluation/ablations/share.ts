import type { Ablation } from '../ablation.ts';

const ablation: Ablation = {
  question: 'How many weights does a concept need, as a share of the model’s parameters?',
  variants: [
    { label: '0.05 %', cns: { share: 0.0005 } },
    { label: '0.13 %', cns: { share: 0.0013 } },
    { label: '0.41 %', cns: { share: 0.0041 } },
    { label: '1 %', cns: { share: 0.01 } },
    { label: '2 %', cns: { share: 0.02 } },
  ],
};

export default ablation;
