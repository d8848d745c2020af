import type { Ablation } from '../ablation.ts';

const ablation: Ablation = {
  question: 'Does it help that the model looks at the pictures first, and captions say what it sees?',
  variants: [
    { label: 'captions say what it sees', lesson: { captions: 'seen' } },
    { label: 'captions name the concept alone', lesson: { captions: 'plain' } },
  ],
};

export default ablation;
