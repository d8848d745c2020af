import type { Ablation } from '../ablation.ts';

const ablation: Ablation = {
  question:
    'What if the subject is small, off-centre, or against a busy scene in the pictures that teach it?',
  variants: [
    { label: 'large, near the middle', lesson: { view: 'usual' } },
    { label: 'small', lesson: { view: 'small' } },
    { label: 'small, and not cut to it', lesson: { view: 'small', closeUps: false } },
    { label: 'off-centre', lesson: { view: 'off-centre' } },
    { label: 'against a busy scene', lesson: { view: 'busy' } },
  ],
};

export default ablation;
