import { expect, test } from 'vitest';
import { namingRuntime } from '../../src/diffusion/naming-runtime.ts';
import { createGraphBuilder, int } from '../../src/onnx/builder.ts';
import { createRuntime } from '../../src/runtime/session.ts';

/** The mean of the rows; their number is computed from the shape, which no session for one shape does. */
function graphWith(op: string) {
  const builder = createGraphBuilder({ name: 'rows', opset: 17 });
  const x = builder.input('x', 'float32', ['rows', 3]);
  const rows = builder.op('Cast', [builder.op('Size', [builder.op(op, [x])])], { to: int(1) });
  builder.output(builder.op('Div', [x, rows], {}, 'y'), 'float32', ['rows', 3]);
  builder.output(builder.op(op, [x], {}, 'z'), 'float32', ['rows', 3]);
  return builder.build();
}

const failing = (message: string) =>
  namingRuntime(
    { ...createRuntime({ threads: 1 }), open: () => Promise.reject(new Error(message)) },
    '/models/one/unet/model.onnx',
  );

/** As ONNX Runtime says it, which names no operator. */
const fallback =
  'This session contains graph nodes that are assigned to the default CPU EP, but fallback to CPU EP has been explicitly disabled by the user.';

test('what a GPU alone cannot compute is told by its operators, with the setting that does without', async () => {
  const opened = failing(fallback).open(graphWith('Tan'), { prepare: { x: [2, 3] } });
  await expect(opened).rejects.toMatchObject({
    problem: {
      code: 'unsupported-operator',
      message: expect.stringMatching(
        /no CUDA kernel for a part of unet.model\.onnx \(Tan\)\. Set PROVIDER=auto/,
      ),
    },
  });
});

test('where every operator is known to have a kernel, none is named', async () => {
  const opened = failing(fallback).open(graphWith('Erf'), { prepare: { x: [2, 3] } });
  await expect(opened).rejects.toThrow(/a part of unet.model\.onnx\. Set PROVIDER=auto/);
});

test('anything else is a file that cannot be opened', async () => {
  await expect(failing('Protobuf parsing failed.\nat 7').open(graphWith('Erf'))).rejects.toMatchObject({
    problem: { code: 'invalid-model', message: expect.stringContaining('Protobuf parsing failed. Download') },
  });
});
