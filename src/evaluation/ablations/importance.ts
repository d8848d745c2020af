import type { Ablation } from '../ablation.ts';

const ablation: Ablation = {
  question:
    'Past the paper: should neurons be chosen by their measured effect on the loss, or for what they cover?',
  variants: [
    { label: 'Wanda’s score', cns: { importance: 'wanda' } },
    { label: 'gradient · weight, in a row', cns: { importance: 'first-order', scope: 'row' } },
    { label: 'gradient · weight, in the model', cns: { importance: 'first-order', scope: 'model' } },
    { label: 'squared gradient, in a row', cns: { importance: 'squared-gradient', scope: 'row' } },
    { label: 'squared gradient, in the model', cns: { importance: 'squared-gradient', scope: 'model' } },
    { label: 'coverage', cns: { importance: 'coverage', coverageRisk: 0 } },
    { label: 'coverage less a tenth of the risk', cns: { importance: 'coverage', coverageRisk: 0.1 } },
    { label: 'coverage less the risk', cns: { importance: 'coverage', coverageRisk: 1 } },
  ],
};

export default ablation;
