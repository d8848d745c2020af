import type { Tensor } from '../../onnx/tensor.ts';
import { changeOf, requireWeights } from '../changes.ts';
import { embeddingFile } from '../embedding-file.ts';
import type { Format } from '../format.ts';
import { halfTensor } from '../half-tensor.ts';
import { kohyaName, networkFile } from '../kohya.ts';
import { moduleNames } from '../module-names.ts';

/**
 * LyCORIS' algorithm `full`: for each matrix `lora_unet_….diff`, all of what is added to it, [out, in]. The only file of
 * other programs that holds every weight of a concept as it is, in half floats.
 */
const lycoris: Format = {
  name: 'lycoris',
  async write(concept, model, { turn }) {
    requireWeights(concept);
    const names = await moduleNames(model.heads, model.folder);
    const tensors = new Map<string, Tensor>();
    for (const head of model.heads) {
      const name = kohyaName(names.get(head.name) as string);
      const tensor = await turn(() => {
        const change = changeOf(concept, model, head);
        return change && halfTensor(change);
      });
      if (tensor) tensors.set(`${name}.diff`, tensor);
    }
    const bytes = networkFile(tensors, concept, { module: 'lycoris.kohya', args: { algo: 'full' }, kept: 1 });
    const use =
      'A1111: the weights into models/Lora and the embedding into embeddings. ComfyUI: into models/loras and models/embeddings.';
    return {
      files: [{ part: 'lycoris', bytes }, embeddingFile(concept)],
      notes: [use],
    };
  },
};

export default lycoris;
