import type { KeysAndValues } from '../../diffusion/heads.ts';

/**
 * dLoss/dK and dLoss/dV with those of the start token set to zero, in place. Its states are the same for every prompt,
 * so what it teaches would be taught to all of them.
 */
export function withoutStartToken(cotangents: KeysAndValues): KeysAndValues {
  for (const { dims, data } of Object.values(cotangents)) {
    const [batch = 0, tokens = 0, width = 0] = dims;
    for (let entry = 0; entry < batch; entry++)
      (data as Float32Array).fill(0, entry * tokens * width, (entry * tokens + 1) * width);
  }
  return cotangents;
}
