import { float32, type Tensor, transposed } from '../../onnx/tensor.ts';
import { encodeSafetensors } from '../../safetensors.ts';
import { changeOf, requireWeights } from '../changes.ts';
import { embeddingFile } from '../embedding-file.ts';
import type { Format, WantedWeights } from '../format.ts';
import { numbersOf, refuse } from '../incoming.ts';
import { conceptMetadata } from '../kohya.ts';
import { moduleNames } from '../module-names.ts';

/**
 * Custom Diffusion's weights as diffusers has them: for each cross-attention `….attn2.processor.to_k_custom_diffusion.weight`
 * and `…to_v…`, [out, in]: the whole new matrix and not what is added, so in full floats. What its authors' own program keeps in
 * delta.bin is read too, once it is saved as safetensors: `….attn2.to_k.weight`, and the embedding as `modifier_token`.
 */
const customDiffusion: Format = {
  name: 'custom-diffusion',
  async write(concept, model, { turn }) {
    requireWeights(concept);
    const names = await moduleNames(model.heads, model.folder);
    const tensors = new Map<string, Tensor>();
    for (const head of model.heads) {
      const path = names.get(head.name) as string;
      const { inFeatures, outFeatures } = head;
      const values = await turn(() => {
        const base = model.baseWeights.get(head.name) as Float32Array;
        const whole = transposed(base, inFeatures, outFeatures);
        const change = changeOf(concept, model, head);
        return change ? whole.map((value, i) => value + (change.values[i] as number)) : whole;
      });
      tensors.set(customDiffusionKey(path), float32([outFeatures, inFeatures], values));
    }
    const bytes = encodeSafetensors(tensors, { format: 'pt', ...conceptMetadata(concept) });
    const use = 'docs/formats.md has the few lines that load both files in diffusers.';
    return { files: [{ part: 'custom-diffusion', bytes }, embeddingFile(concept)], notes: [use] };
  },
  async read({ tensors }, { heads, folder, embeddings }) {
    if (!tensors.keys().some((key) => /_custom_diffusion\.|\.attn2\.to_[kv]\.weight$/.test(key)))
      return undefined;
    const names = await moduleNames(heads, folder);
    const known = new Map(
      heads.flatMap((head) => {
        const path = names.get(head.name) as string;
        return [customDiffusionKey(path), `${path}.weight`].map((key) => [key, head] as const);
      }),
    );
    const weights = new Map<string, WantedWeights>();
    let embedding: Float32Array | undefined;
    for (const [key, tensor] of tensors) {
      if (key === tokenKey) {
        const dims = tensor.dims.length === 2 ? [1, embeddings.width] : [embeddings.width];
        embedding = numbersOf(tensor, dims, 'embedding');
        continue;
      }
      if (/\.to_(?:q|out)(?:_custom_diffusion\.|\.)/.test(key))
        refuse(
          'it changes queries and outputs too; only what was trained with --freeze_model crossattn_kv fits here',
        );
      const head = known.get(key.replace(/^unet\./, ''));
      if (!head) refuse('it has matrices that this model has not: it is for another model');
      else
        weights.set(head.name, { values: numbersOf(tensor, [head.outFeatures, head.inFeatures], 'matrix') });
    }
    return { weights, ...(embedding && { embedding }) };
  },
};

export default customDiffusion;

const tokenKey = 'modifier_token';

function customDiffusionKey(modulePath: string): string {
  return `${modulePath.replace(/\.(to_[kv])$/, '.processor.$1')}_custom_diffusion.weight`;
}
