import { trunkGradient } from '../../../../src/diffusion/training/trunk-gradient.ts';
import { cutUnet } from '../../../../src/onnx/cut/unet.ts';
import { readModelFile } from '../../../../src/onnx/model-file.ts';
import { encodeModel } from '../../../../src/onnx/proto.ts';
import { type Measure, peakBytes } from '../measure.ts';

/** What comes before a U-Net's first training step: its file parsed and cut, its gradient made and written as ONNX. */
const preparation: Measure = async ({ model: unet, batch, side = 32 }) => {
  const before = peakBytes();
  const seconds: Record<string, number> = {};
  let since = performance.now();
  const lap = <T>(name: string, value: T): T => {
    seconds[name] = (performance.now() - since) / 1000;
    since = performance.now();
    return value;
  };
  const { graph } = lap('parse', await readModelFile(`${unet}/model.onnx`));
  const cut = lap('cut', cutUnet(graph));
  const shape = { batch, tokens: 77, latents: [4, side, side] as const };
  const { reverse } = lap('differentiate', trunkGradient(cut, shape));
  const bytes = lap('emit', encodeModel(reverse.graph)).byteLength;
  return {
    seconds,
    totalSeconds: Object.values(seconds).reduce((sum, value) => sum + value, 0),
    peakBytes: peakBytes() - before,
    nodes: { forward: graph.nodes.length, gradient: reverse.graph.nodes.length },
    emittedBytes: bytes,
  };
};

export default preparation;
