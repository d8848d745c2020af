import { asPublished } from '../../personalize/methods/cns.ts';
import type { Ablation } from '../ablation.ts';

const ablation: Ablation = {
  question:
    'Should a concept’s weights be in place where its token stands, or for every word of every prompt?',
  variants: [
    { label: 'where its token stands', cns: {} },
    { label: 'where its token stands, no weight shared with other concepts', cns: { disjoint: true } },
    { label: 'the same, with up to half of the free weights', cns: { disjoint: true, mostOfFree: 0.5 } },
    { label: 'everywhere, no weight shared, with the regulariser: as published', cns: asPublished },
    {
      label: 'everywhere, no weight shared, without the regulariser',
      cns: { ...asPublished, classStrength: 0, earlierStrength: 0 },
    },
  ],
};

export default ablation;
