import type { Tensor } from '../../../../src/onnx/tensor.ts';
import type { Runtime } from '../../../../src/runtime/runtime.ts';

/** Bytes that go into the runtime and come out of it: on a GPU, what is copied to it and back. */
export interface Transfers {
  readonly inBytes: number;
  readonly outBytes: number;
}

/** The runtime, and what its sessions were given and gave since it was last asked. */
export function countingTransfers(runtime: Runtime): {
  readonly runtime: Runtime;
  taken(): Transfers;
} {
  let [inBytes, outBytes] = [0, 0];
  const bytes = (tensors: Readonly<Record<string, Tensor>>) =>
    Object.values(tensors).reduce((sum, { data }) => sum + data.byteLength, 0);
  return {
    runtime: {
      ...runtime,
      async open(model, options) {
        const session = await runtime.open(model, options);
        return {
          ...session,
          async run(feeds, fetches) {
            const results = await session.run(feeds, fetches);
            inBytes += bytes(feeds);
            outBytes += bytes(results);
            return results;
          },
        };
      },
    },
    taken() {
      const taken = { inBytes, outBytes };
      [inBytes, outBytes] = [0, 0];
      return taken;
    },
  };
}
