import { type Check, compared, failed, skipped } from '../check.ts';
import { relativeError } from '../relative-error.ts';
import { beforeTraining, promptEmbeddings, prompts } from '../taught.ts';

const clipVocabularySize = 49_408;

/** From words to ids to what the U-Net sees of them. */
export const textStates: Check = {
  name: 'text states',
  async *run(scene) {
    const { reference } = scene;
    const model = beforeTraining(scene);
    const { base, tokenizer } = model;
    const encode = (text: string) => [...tokenizer.encode(text).ids];
    const same = (text: string, ids: readonly number[] | undefined) => `${encode(text)}` === `${ids}`;
    const ids = reference.integers('input_ids');
    const wrong = [
      ...prompts.filter((prompt, i) => !same(prompt, ids[i])),
      ...(same('', reference.integers('uncond_ids')[0]) ? [] : ['']),
    ];
    if (tokenizer.vocabularySize !== clipVocabularySize)
      yield skipped('token ids', "the model's vocabulary is not CLIP's");
    else if (wrong.length > 0) yield failed('token ids', `other ids for "${wrong.join('", "')}"`);
    else yield compared('token ids');

    const states = await base.textSide.states(promptEmbeddings(scene, model));
    yield compared('text states', relativeError(states, reference.floats('hidden')));
  },
};
