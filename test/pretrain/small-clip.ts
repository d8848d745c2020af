import type { ClipConfig } from '../../src/pretrain/nets/clip.ts';
import { imageEncoder, textEmbedding } from '../../src/pretrain/nets/clip.ts';
import { createNet, type Parameters } from '../../src/pretrain/nets/net.ts';
import { seededRandom } from '../../src/world/index.ts';
import { normals } from '../personalize/head.ts';

/** An image–text encoder pair of a few thousand weights. */
export const smallClip: ClipConfig = {
  pixels: 16,
  channels: [16, 16, 16],
  heads: 2,
  queries: 2,
  text: { vocabularySize: 30, maxTokens: 7, width: 16, layers: 1, heads: 2 },
  endToken: 1,
  embeddingWidth: 8,
};

/** Its weights as they start, with noise on them, since fresh branches begin as zero. */
export function clipParameters(config: ClipConfig, noise = 0.1): Parameters {
  const net = createNet('clip', seededRandom(1));
  const { pixels, text } = config;
  imageEncoder(net, config, net.builder.input('image', 'float32', ['batch', 3, pixels, pixels]));
  textEmbedding(net, config, net.builder.input('ids', 'int64', ['batch', text.maxTokens]));
  [...net.parameters.values()].forEach(({ data }, index) => {
    const added = normals(index, data.length);
    data.forEach((value, i) => {
      data[i] = value + noise * (added[i] ?? 0);
    });
  });
  return net.parameters;
}
