import type { KeysAndValues } from '../../../src/diffusion/heads.ts';
import type { TextPosition } from '../../../src/diffusion/token-weights.ts';
import { float32 } from '../../../src/onnx/tensor.ts';

/** The same with zeros but at some positions. */
export function kept(all: KeysAndValues, positions: readonly TextPosition[]): KeysAndValues {
  const entries = Object.entries(all).map(([name, { dims, data }]) => {
    const [, tokens = 0, width = 0] = dims;
    const tensor = float32(dims);
    for (const { text, position } of positions) {
      const from = (text * tokens + position) * width;
      tensor.data.set((data as Float32Array).subarray(from, from + width), from);
    }
    return [name, tensor] as const;
  });
  return Object.fromEntries(entries);
}
