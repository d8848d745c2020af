import { expect, test } from 'vitest';
import { openTraining } from '../../../src/diffusion/training/training.ts';

/** A model whose text side cannot be trained, and how many of its trunk's trainings are open. */
function untrainable() {
  let open = 0;
  const refuse = async () => {
    throw new Error('There is no rule for it.');
  };
  const model = {
    folder: { latents: { channels: 4, height: 8, width: 8 }, tokenizer: { maxTokens: 7 } },
    trunk: {
      training: async () => {
        open++;
        return { step: refuse, release: async () => void open-- };
      },
    },
    textSide: { backward: refuse },
  } as unknown as Parameters<typeof openTraining>[0];
  return { model, isOpen: () => open > 0 };
}

test('a training whose text side cannot be opened leaves nothing of the trunk open', async () => {
  const { model, isOpen } = untrainable();
  await expect(openTraining(model, 2)).rejects.toThrow('no rule');
  expect(isOpen()).toBe(false);
});
