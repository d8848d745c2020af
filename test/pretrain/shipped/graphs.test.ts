import { describe, expect, test } from 'vitest';
import { cutTextEncoder } from '../../../src/onnx/cut/text-encoder.ts';
import { cutUnet } from '../../../src/onnx/cut/unet.ts';
import { decodeModel, encodeModel } from '../../../src/onnx/proto.ts';
import { float32, int64 } from '../../../src/onnx/tensor.ts';
import {
  type AutoencoderConfig,
  decoder,
  encoder,
  sampleLatents,
} from '../../../src/pretrain/nets/autoencoder.ts';
import { createNet, type Net, type Parameters } from '../../../src/pretrain/nets/net.ts';
import { textEncoder } from '../../../src/pretrain/nets/text-encoder.ts';
import { type UNetConfig, unet } from '../../../src/pretrain/nets/unet.ts';
import {
  decoderGraph,
  encoderGraph,
  textEncoderGraph,
  unetGraph,
} from '../../../src/pretrain/shipped/graphs.ts';
import { seededRandom } from '../../../src/world/index.ts';
import { relativeError, runCut, runGraph } from '../../onnx/cut/recombine.ts';
import { normals } from '../../personalize/head.ts';

const text = { vocabularySize: 30, maxTokens: 7, width: 16, layers: 2, heads: 2 };
const unetConfig: UNetConfig = {
  latentChannels: 4,
  channels: [16, 32],
  contextWidth: text.width,
  headWidth: 8,
  crossAttention: [true, false],
  selfAttention: [false, true],
};
const autoencoder: AutoencoderConfig = {
  pixels: 16,
  latentChannels: 4,
  encoderChannels: [8, 16],
  decoderChannels: [8, 16],
};

/** The weights that a net asks for: fresh ones, or with noise on them, since a fresh net's branches begin as zero. */
function parametersOf(make: (net: Net) => unknown, noise = 0.1): Parameters {
  const net = createNet('net', seededRandom(1));
  make(net);
  [...net.parameters.values()].forEach(({ data }, index) => {
    const added = normals(index, data.length);
    data.forEach((value, i) => {
      data[i] = value + noise * (added[i] ?? 0);
    });
  });
  return net.parameters;
}

const denoiser = (net: Net) => {
  const sample = net.builder.input('sample', 'float32', ['batch', 4, 8, 8]);
  unet(
    net,
    unetConfig,
    sample,
    net.builder.input('t', 'int64', ['batch']),
    net.builder.input('c', 'float32', []),
  );
};
const states = float32([2, 7, 16], normals(1, 224));
const feeds = { sample: float32([2, 4, 8, 8], normals(2, 512)), timestep: int64([2], [3, 700]) };

describe('the U-Net', () => {
  const graph = decodeModel(encodeModel(unetGraph(unetConfig, 8, parametersOf(denoiser))));

  test('has heads with the names and sizes that diffusers would give them', () => {
    const blocks = [
      'down_blocks.0.attentions.0',
      'mid_block.attentions.0',
      'up_blocks.1.attentions.0',
      'up_blocks.1.attentions.1',
    ];
    expect(
      cutUnet(graph).heads.map(({ name, inFeatures, outFeatures }) => [name, inFeatures, outFeatures]),
    ).toEqual(
      blocks.flatMap((block) =>
        ['to_k', 'to_v'].map((matrix) => [
          `${block}.transformer_blocks.0.attn2.${matrix}`,
          16,
          block.startsWith('mid') ? 32 : 16,
        ]),
      ),
    );
  });

  test('predicts the same whole and cut', async () => {
    const whole = await runGraph(graph, { ...feeds, encoder_hidden_states: states });
    expect(relativeError(await runCut(graph, cutUnet(graph), states, feeds), whole)).toBeLessThan(1e-5);
    expect(new Set(whole.data as Float32Array).size).toBeGreaterThan(500);
  });

  test("heeds each batch entry's own timestep and text", async () => {
    const size = 256;
    const whole = (await runGraph(graph, { ...feeds, encoder_hidden_states: states })).data;
    const alone = await runGraph(graph, {
      sample: float32([1, 4, 8, 8], feeds.sample.data.slice(size)),
      timestep: int64([1], [700]),
      encoder_hidden_states: float32([1, 7, 16], states.data.slice(7 * 16)),
    });
    expect(relativeError(float32([size], (whole as Float32Array).slice(size)), alone)).toBeLessThan(1e-4);
    const later = await runGraph(graph, {
      ...feeds,
      timestep: int64([2], [4, 700]),
      encoder_hidden_states: states,
    });
    expect(later.data.slice(0, size)).not.toEqual(whole.slice(0, size));
    expect(relativeError(float32([size], (later.data as Float32Array).slice(size)), alone)).toBeLessThan(
      1e-4,
    );
  });

  test('predicts nothing before it is trained', async () => {
    const fresh = unetGraph(unetConfig, 8, parametersOf(denoiser, 0));
    const output = await runGraph(fresh, { ...feeds, encoder_hidden_states: states });
    expect((output.data as Float32Array).every((value) => value === 0)).toBe(true);
  });
});

describe('the text encoder', () => {
  const parameters = parametersOf((net) =>
    textEncoder(net, text, net.builder.input('ids', 'int64', ['batch', text.maxTokens])),
  );
  const graph = decodeModel(encodeModel(textEncoderGraph(text, parameters)));
  const ids = [0, 4, 9, 29, 1, 1, 1];

  test('gives the same states whole, and cut with embeddings looked up by hand', async () => {
    const { body, table } = cutTextEncoder(graph);
    expect([table.vocabularySize, table.width]).toEqual([30, 16]);
    const rows = parameters.get('text_model.embeddings.token_embedding.weight')?.data ?? new Float32Array();
    const embedded = ids.flatMap((id) => [...rows.slice(16 * id, 16 * (id + 1))]);
    const whole = await runGraph(graph, { input_ids: int64([1, 7], ids) });
    const cut = await runGraph(body, { token_embeddings: float32([1, 7, 16], embedded) });
    expect(relativeError(cut, whole)).toBeLessThan(1e-6);
    expect(whole.dims).toEqual([1, 7, 16]);
  });

  test('lets no token see a later one', async () => {
    const changed = ids.with(4, 20);
    const [before, after] = [
      await runGraph(graph, { input_ids: int64([1, 7], ids) }),
      await runGraph(graph, { input_ids: int64([1, 7], changed) }),
    ];
    expect(after.data.slice(0, 4 * 16)).toEqual(before.data.slice(0, 4 * 16));
    for (const token of [4, 5, 6]) {
      const place = [16 * token, 16 * token + 16] as const;
      expect(after.data.slice(...place)).not.toEqual(before.data.slice(...place));
    }
  });
});

describe('the autoencoder', () => {
  const parameters = parametersOf((net) => {
    encoder(net, autoencoder, net.builder.input('image', 'float32', ['batch', 3, 16, 16]));
    decoder(net, autoencoder, net.builder.input('latents', 'float32', ['batch', 4, 4, 4]));
  });

  test('takes a picture to means and log-variances of a quarter of its size, and latents back to a picture', async () => {
    const encoded = await runGraph(encoderGraph(autoencoder, parameters), {
      sample: float32([2, 3, 16, 16], normals(5, 2 * 768)),
    });
    const decoded = await runGraph(decoderGraph(autoencoder, parameters), {
      latent_sample: float32([2, 4, 4, 4], normals(6, 128)),
    });
    expect([encoded.dims, decoded.dims]).toEqual([
      [2, 8, 4, 4],
      [2, 3, 16, 16],
    ]);
  });

  test('draws latents as mean + exp(½ log variance) · noise', async () => {
    const net = createNet('sample', seededRandom(1));
    const dims = [1, 4, 1, 1];
    const { latents } = sampleLatents(
      net,
      autoencoder,
      net.builder.input('parameters', 'float32', [1, 8, 1, 1]),
      net.builder.input('noise', 'float32', dims),
    );
    net.builder.output(latents, 'float32', dims);
    const { data } = await runGraph(net.builder.build(), {
      parameters: float32([1, 8, 1, 1], [1, 2, 3, 4, 0, 2, -2, -30]),
      noise: float32(dims, [1, 1, 1, 1]),
    });
    [2, 2 + Math.E, 3 + 1 / Math.E, 4 + Math.exp(-15)].forEach((value, i) => {
      expect(data[i]).toBeCloseTo(value, 5);
    });
  });
});

test('a net continues with the weights it is given, and ships them as constants', () => {
  const known = parametersOf(denoiser);
  const net = createNet('again', () => expect.fail('a weight was drawn anew'), known);
  denoiser(net);
  for (const [name, { data }] of net.parameters) expect(data).toBe(known.get(name)?.data);
  const shipped = unetGraph(unetConfig, 8, known);
  expect(shipped.inputs.map(({ name }) => name)).toEqual(['sample', 'timestep', 'encoder_hidden_states']);
  expect([...known.keys()].filter((name) => !shipped.initializers.has(name))).toEqual([]);
});
