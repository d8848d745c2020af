import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openModel } from '../../src/diffusion/model.ts';
import { addNoise, cumulativeAlphas } from '../../src/diffusion/schedulers/noise-schedule.ts';
import { float32, type Tensor } from '../../src/onnx/tensor.ts';
import { compareWithReference } from '../../src/parity/parity.ts';
import { referenceOf } from '../../src/parity/reference.ts';
import { asReference } from '../../src/parity/weights.ts';
import { decodeSafetensors } from '../../src/safetensors.ts';
import { add, optimumFolder, runtime, sd21 } from '../models/published.ts';

const pytorch = decodeSafetensors(await readFile(join(sd21, 'reference.safetensors'))).tensors;
const known = (name: string) => pytorch.get(name) as Tensor<'float32'>;
const once = <T extends Tensor>(tensor: T): T => ({ ...tensor, dims: [1, ...tensor.dims] });

test('a model that predicts velocity is compared by the loss towards that: PyTorch’s loss and gradients pass', async () => {
  const place = await optimumFolder();
  await add(place);
  const opened = await openModel(runtime, join(place.models, 'one'));
  const [, channels = 0, height = 0, width = 0] = known('clean').dims;
  const model = { ...opened, folder: { ...opened.folder, latents: { channels, height, width } } };
  const { embeddings, heads, baseWeights } = model;
  const alphas = cumulativeAlphas(model.folder.scheduler);
  const timesteps = Int32Array.from(known('timesteps').data);
  const reference = new Map<string, Tensor>([
    ['input_ids', known('ids')],
    ['uncond_ids', known('ids')],
    ['hidden', known('states')],
    ['unet_x', known('sample')],
    ['unet_t', known('timesteps')],
    ['unet_out', known('answer')],
    ['alphas_cumprod', float32([alphas.length], [...alphas])],
    ['train_latents', once(known('clean'))],
    ['train_noise', once(known('noise'))],
    ['train_t', { type: 'int32', dims: [1, timesteps.length], data: timesteps }],
    ['step0_noisy', addNoise(alphas, known('clean'), known('noise'), [...timesteps])],
    ['step0_pred', known('answer')],
    ['losses', float32([1], known('loss').data)],
    ['grad0/new1_embedding', float32([embeddings.width])],
    ['new1_embedding_init', float32([embeddings.width])],
    ['final/new1_embedding', float32([embeddings.width])],
    ...heads.flatMap((head): [string, Tensor][] => [
      [`grad0/${head.name}.weight`, known(`grad/${head.name}.weight`)],
      [`mask/${head.name}.weight`, float32([head.outFeatures, head.inFeatures])],
      [`init/${head.name}.weight`, asReference(baseWeights, head)],
      [`final/${head.name}.weight`, asReference(baseWeights, head)],
    ]),
  ]);
  const comparisons = await compareWithReference(model, referenceOf(reference));
  const errorOf = (subject: string) => {
    const outcome = comparisons.find((one) => one.subject === subject)?.outcome;
    return outcome?.kind === 'compared' ? outcome.error : Number.NaN;
  };
  expect(errorOf('U-Net')).toBeLessThan(1e-5);
  expect(errorOf(`gradients of ${heads.length} key and value matrices`)).toBeLessThan(2e-5);
  expect(errorOf('losses')).toBeLessThan(1e-5);
  await opened.release();
  await place.remove();
});
