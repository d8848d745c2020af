import { float32 } from '../onnx/tensor.ts';
import type { ConceptWeights } from '../personalize/concept-file.ts';
import { encodeSafetensors } from '../safetensors.ts';
import { conceptMetadata } from './kohya.ts';
import type { WrittenFile } from './written.ts';

/**
 * A textual-inversion embedding as diffusers saves it: one tensor [1, width] under the token's own name. A1111 and ComfyUI
 * take the only tensor of a file whatever it is called, and have prompts name it by the file.
 */
export function embeddingFile(concept: ConceptWeights): WrittenFile {
  const { token, embedding } = concept;
  const tensors = new Map([[token, float32([1, embedding.length], embedding)]]);
  return { part: '', bytes: encodeSafetensors(tensors, conceptMetadata(concept)) };
}
