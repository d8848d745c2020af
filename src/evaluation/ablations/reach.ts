import type { Ablation } from '../ablation.ts';

/** What the paper has: weights that no two concepts share, in place for every prompt, and pulls that hold what was there. */
const published = { reach: 'everywhere', disjoint: true } as const;

const ablation: Ablation = {
  question:
    'Should a concept’s weights be in place where its token stands, or for every word of every prompt?',
  variants: [
    { label: 'where its token stands', cns: {} },
    { label: 'where its token stands, no weight shared with other concepts', cns: { disjoint: true } },
    { label: 'the same, with up to half of the free weights', cns: { disjoint: true, mostOfFree: 0.5 } },
    { label: 'everywhere, no weight shared, with the regulariser: as published', cns: published },
    {
      label: 'everywhere, no weight shared, without the regulariser',
      cns: { ...published, classStrength: 0, earlierStrength: 0 },
    },
  ],
};

export default ablation;
