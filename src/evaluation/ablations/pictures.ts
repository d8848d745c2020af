import type { Ablation } from '../ablation.ts';

const ablation: Ablation = {
  question: 'How many pictures does a concept need?',
  variants: [1, 2, 4, 5, 6].map((pictures) => ({
    label: pictures === 1 ? '1 picture' : `${pictures} pictures`,
    lesson: { pictures },
  })),
};

export default ablation;
