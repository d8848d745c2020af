import { int } from '../../onnx/builder.ts';
import { float32 } from '../../onnx/tensor.ts';
import { attention, layerNorm, linear, quickGelu } from './layers.ts';
import type { Net } from './net.ts';

export interface TextEncoderConfig {
  readonly vocabularySize: number;
  readonly maxTokens: number;
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
}

const root = 'text_model';

/** The weight that holds the tokens' embeddings [vocabulary, width], and the deviation that they start with. */
export const tokenTable = `${root}.embeddings.token_embedding.weight`;
export const tokenDeviation = 0.02;

/** CLIP's causal text transformer (Radford et al. 2021, §2.4): ids [batch, tokens] to text states [batch, tokens, width]. */
export function textEncoder(net: Net, config: TextEncoderConfig, ids: string): string {
  const { builder } = net;
  const { vocabularySize, maxTokens, width, layers, heads } = config;
  const table = net.parameter(tokenTable, [vocabularySize, width], { deviation: tokenDeviation });
  const positions = net.parameter(`${root}.embeddings.position_embedding.weight`, [maxTokens, width], {
    deviation: 0.01,
  });
  const mask = builder.initializer({
    name: 'causal_mask',
    tensor: float32([maxTokens, maxTokens], causalMask(maxTokens)),
  });
  let x = builder.op('Add', [builder.op('Gather', [table, ids], { axis: int(0) }), positions]);
  for (let layer = 0; layer < layers; layer++) {
    const name = `${root}.encoder.layers.${layer}`;
    const normalized = layerNorm(net, `${name}.layer_norm1`, x, width);
    const attended = attention(net, `${name}.self_attn`, normalized, normalized, width, {
      heads,
      mask,
      bias: true,
      projections: ['q_proj', 'k_proj', 'v_proj', 'out_proj'],
    });
    x = builder.op('Add', [x, attended]);
    const hidden = linear(
      net,
      `${name}.mlp.fc1`,
      layerNorm(net, `${name}.layer_norm2`, x, width),
      width,
      4 * width,
    );
    x = builder.op('Add', [x, linear(net, `${name}.mlp.fc2`, quickGelu(net, hidden), 4 * width, width)]);
  }
  return layerNorm(net, `${root}.final_layer_norm`, x, width);
}

/** Logits that keep a token from seeing later ones. Finite, so that a gradient through them stays finite. */
function causalMask(length: number): Float32Array {
  return Float32Array.from({ length: length * length }, (_, index) =>
    index % length > Math.floor(index / length) ? -1e4 : 0,
  );
}
