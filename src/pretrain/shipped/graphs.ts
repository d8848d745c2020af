import type { Graph } from '../../onnx/graph.ts';
import { type AutoencoderConfig, decoder, encoder } from '../nets/autoencoder.ts';
import { bindParameters, createNet, type Net, type Parameters } from '../nets/net.ts';
import { type TextEncoderConfig, textEncoder } from '../nets/text-encoder.ts';
import { type UNetConfig, unet } from '../nets/unet.ts';

/** The four graphs of the bundled model with the input and output names that Stable Diffusion's public exports use. */

/** `sample` in −1…1 to `latent_parameters`: mean and log-variance, unscaled. */
export function encoderGraph(config: AutoencoderConfig, parameters: Parameters): Graph {
  return shipped('vae_encoder', parameters, (net) => {
    const sample = net.builder.input('sample', 'float32', ['batch', 3, config.pixels, config.pixels]);
    const dims = ['batch', 2 * config.latentChannels, config.pixels / 4, config.pixels / 4];
    return { value: encoder(net, config, sample), name: 'latent_parameters', dims };
  });
}

/** `latent_sample`, unscaled, to `sample` in −1…1. */
export function decoderGraph(config: AutoencoderConfig, parameters: Parameters): Graph {
  return shipped('vae_decoder', parameters, (net) => {
    const side = config.pixels / 4;
    const latents = net.builder.input('latent_sample', 'float32', [
      'batch',
      config.latentChannels,
      side,
      side,
    ]);
    return {
      value: decoder(net, config, latents),
      name: 'sample',
      dims: ['batch', 3, config.pixels, config.pixels],
    };
  });
}

/** `input_ids` to `last_hidden_state`, the text states. */
export function textEncoderGraph(config: TextEncoderConfig, parameters: Parameters): Graph {
  return shipped('text_encoder', parameters, (net) => {
    const ids = net.builder.input('input_ids', 'int64', ['batch', config.maxTokens]);
    const dims = ['batch', config.maxTokens, config.width];
    return { value: textEncoder(net, config, ids), name: 'last_hidden_state', dims };
  });
}

/** `sample`, `timestep` and `encoder_hidden_states` to `out_sample`, the predicted velocity. */
export function unetGraph(config: UNetConfig, side: number, parameters: Parameters): Graph {
  return shipped('unet', parameters, ({ builder, ...net }) => {
    const dims = ['batch', config.latentChannels, side, side];
    const sample = builder.input('sample', 'float32', dims);
    const timestep = builder.input('timestep', 'int64', ['batch']);
    const states = builder.input('encoder_hidden_states', 'float32', [
      'batch',
      'sequence',
      config.contextWidth,
    ]);
    return { value: unet({ builder, ...net }, config, sample, timestep, states), name: 'out_sample', dims };
  });
}

/** What a shipped graph computes: a value, and the name and shape under which it is an output. */
export interface ShippedOutput {
  readonly value: string;
  readonly name: string;
  readonly dims: readonly (number | string)[];
}

/** The graph that `make` builds, with the trained weights in it. */
export function shipped(name: string, parameters: Parameters, make: (net: Net) => ShippedOutput): Graph {
  const net = createNet(name, Math.random, parameters);
  const output = make(net);
  net.builder.op('Identity', [output.value], {}, output.name);
  net.builder.output(output.name, 'float32', output.dims);
  return bindParameters(net.builder.build(), parameters);
}
