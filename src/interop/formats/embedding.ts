import { conceptFormat } from '../../personalize/concept-file.ts';
import { requireOneEmbedding, weighs } from '../changes.ts';
import { embeddingFile } from '../embedding-file.ts';
import type { Format } from '../format.ts';
import { numbersOf, refuse } from '../incoming.ts';

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
  async read({ tensors, metadata }, { embeddings }) {
    if (metadata.format === conceptFormat) return undefined;
    if (tensors.has('clip_g')) refuse('it is an embedding for SDXL, which has two text encoders');
    const [tensor, ...others] = tensors.values();
    if (!tensor || others.length > 0 || tensor.dims.length > 2) return undefined;
    const [vectors = 1] = tensor.dims.length === 2 ? tensor.dims : [];
    if (vectors !== 1) refuse(`it is an embedding of ${vectors} vectors, and a token here has one`);
    const sizes = [...(tensor.dims.length === 2 ? [1] : []), embeddings.width];
    return { embedding: numbersOf(tensor, sizes, 'embedding') };
  },
};

export default embedding;
