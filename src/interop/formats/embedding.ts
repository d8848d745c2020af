import { requireOneEmbedding, weighs } from '../changes.ts';
import { embeddingFile } from '../embedding-file.ts';
import type { Format } from '../format.ts';

/** A textual-inversion embedding, which is all of what that method teaches and the smaller part of what the others do. */
const embedding: Format = {
  name: 'embedding',
  async write(concept) {
    requireOneEmbedding(concept);
    const lacking = `The weights of ${concept.token} are not in it; lycoris and lora have both.`;
    const use =
      'A1111 and ComfyUI: put it into the folder embeddings, and name it in prompts by its file name. ' +
      'diffusers: load_textual_inversion.';
    return { files: [embeddingFile(concept)], notes: weighs(concept) ? [use, lacking] : [use] };
  },
};

export default embedding;
