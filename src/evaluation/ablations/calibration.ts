import type { Ablation } from '../ablation.ts';

const ablation: Ablation = {
  question: 'Is a neuron general where every calibration prompt says so, half of them, or their mean?',
  variants: [
    { label: 'every prompt (AND)', cns: { generalAgreement: 'every' } },
    { label: 'half of them (vote)', cns: { generalAgreement: 'vote' } },
    { label: 'their mean', cns: { generalAgreement: 'mean' } },
  ],
};

export default ablation;
