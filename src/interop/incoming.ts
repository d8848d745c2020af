import type { Model } from '../diffusion/model.ts';
import { fromBfloat16, fromFloat16, largestFloat16 } from '../onnx/shape/evaluate/half.ts';
import { elementCount, type Tensor } from '../onnx/tensor.ts';
import { raise } from '../result.ts';
import { decodeSafetensors, longestSentHeader } from '../safetensors.ts';
import type { Brought, Formats } from './format.ts';

/** How PyTorch's own files begin: a zip archive, or a bare pickle of protocol 2 to 5. */
const pickles = [[0x50, 0x4b, 0x03, 0x04], ...[2, 3, 4, 5].map((protocol) => [0x80, protocol])];

/** In names of kohya's programs, of LyCORIS, PEFT and diffusers. */
const networkKey = /(?:^|[._])lora[._]|\.(?:hada|lokr)_|\.diff$/;

/**
 * What a file that may come from anywhere brings, in the first format that knows it. Raises 'invalid-file' with the reason
 * where none does, or where it cannot be used with the model.
 */
export async function readIncoming(bytes: Uint8Array, formats: Formats, model: Model): Promise<Brought> {
  if (pickles.some((start) => start.every((byte, at) => bytes[at] === byte))) {
    raise(
      'invalid-file',
      'This is a file of PyTorch itself (.pt, .bin, .ckpt), which can run programs when it is opened, so I do not open it. ' +
        'Save it as .safetensors where you trust it: docs/formats.md says how.',
    );
  }
  const content = decodeSafetensors(bytes, longestSentHeader);
  for (const { read } of formats.values()) {
    const brought = await read?.({ bytes, ...content }, model);
    if (brought) return brought;
  }
  if (content.tensors.keys().some((key) => networkKey.test(key)))
    refuse(
      "it is a LoRA or LyCORIS file, which brings no word and mostly changes more than keys and values; bring in Keepsake's own file or an embedding",
    );
  return refuse(
    "it is no file of /export, no concept's, no textual-inversion embedding and no Custom Diffusion weights of diffusers",
  );
}

/** The numbers of a tensor that must have these sizes; none over half precision's largest, which no model's weights come near. */
export function numbersOf(
  { type, dims, data }: Tensor,
  sizes: readonly number[],
  what: string,
): Float32Array {
  if (dims.join() !== sizes.join()) {
    refuse(
      `its ${what} has the size ${shown(dims)}, and this model's has ${shown(sizes)}: it is for another model`,
    );
  }
  const values = asFloats(type, data) ?? refuse(`its ${what} is of the type ${type}, and not of floats`);
  if (!values.every(Number.isFinite)) refuse(`its ${what} has something else than numbers in it`);
  return values.every((value) => Math.abs(value) <= largestFloat16)
    ? values
    : refuse(`its ${what} has numbers over ${largestFloat16}, which no model can be drawn with`);
}

function asFloats(type: Tensor['type'], data: Tensor['data']): Float32Array | undefined {
  if (type === 'float32') return (data as Float32Array).slice();
  if (type === 'float16') return Float32Array.from(data as Uint16Array, fromFloat16);
  return type === 'bfloat16' ? Float32Array.from(data as Uint16Array, fromBfloat16) : undefined;
}

function shown(dims: readonly number[]): string {
  return dims.length === 0 ? '1' : elementCount(dims) > 2 ** 53 ? '…' : dims.join(' × ').slice(0, 60);
}

/** Raises 'invalid-file' with the reason as the end of a sentence. */
export function refuse(reason: string): never {
  return raise('invalid-file', `This file cannot be brought in: ${reason}.`);
}
