import type { Ablation } from '../ablation.ts';

const ablation: Ablation = {
  question:
    'Must every caption of the concept agree on a weight, or half of them, or is it their mean that counts?',
  variants: [
    { label: 'every caption (AND)', cns: { captionAgreement: 'every' } },
    { label: 'half of them (vote)', cns: { captionAgreement: 'vote' } },
    { label: 'their mean', cns: { captionAgreement: 'mean' } },
  ],
};

export default ablation;
