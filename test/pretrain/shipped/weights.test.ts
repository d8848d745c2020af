import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createTokenizer, readTokenizer } from '../../../src/diffusion/tokenizer.ts';
import { readModelFile, writeModelFile } from '../../../src/onnx/model-file.ts';
import { int64 } from '../../../src/onnx/tensor.ts';
import { bindParameters, createNet } from '../../../src/pretrain/nets/net.ts';
import { textEncoder } from '../../../src/pretrain/nets/text-encoder.ts';
import { textEncoderGraph } from '../../../src/pretrain/shipped/graphs.ts';
import { readShippedWeights } from '../../../src/pretrain/shipped/weights.ts';
import { sketchbookTokenizer, textEncoderConfig, tokenizerFiles } from '../../../src/pretrain/sketchbook.ts';
import { vocabularyOf } from '../../../src/pretrain/vocabulary.ts';
import { seededRandom } from '../../../src/world/index.ts';
import { relativeError, runGraph } from '../../onnx/cut/recombine.ts';
import { lineNet } from '../line.ts';

test('a net goes on from the weights of a shipped model, and starts afresh where their shapes differ', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'keepsake-weights-'));
  const trained = lineNet(seededRandom(1));
  const graph = bindParameters(trained.builder.build(), trained.parameters);
  for (const component of ['text_encoder', 'unet', 'vae_encoder', 'vae_decoder']) {
    await writeModelFile(join(folder, component, 'model.onnx'), graph);
  }
  const shipped = await readShippedWeights(folder, {}, seededRandom(3));
  await rm(folder, { recursive: true });

  expect(lineNet(seededRandom(2), shipped).parameters.get('w')).toEqual(trained.parameters.get('w'));
  const wider = createNet('wider', seededRandom(2), shipped);
  wider.parameter('w', [3, 1], { fill: 5 });
  expect(wider.parameters.get('w')?.data).toEqual(Float32Array.of(5, 5, 5));
});

const config = { maxTokens: 7, width: 64, layers: 1, heads: 2 };
const tokens = 'text_model.embeddings.token_embedding.weight';

function smallVocabulary(words: readonly string[]) {
  const { ids, merges } = vocabularyOf(words);
  const files = { vocab: ids, merges: ['#version: 0.2', ...merges, ''].join('\n'), config: tokenizerConfig };
  return { ids, tokenizer: createTokenizer(files) };
}

const tokenizerConfig = { bos_token: '<|startoftext|>', eos_token: '<|endoftext|>', model_max_length: 7 };

/** A model folder with a text encoder of these words, and its weights. */
async function shippedWith(words: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'keepsake-weights-'));
  const { ids, tokenizer } = smallVocabulary(words);
  const size = { ...config, vocabularySize: tokenizer.vocabularySize };
  const net = createNet('text', seededRandom(1));
  textEncoder(net, size, net.builder.input('ids', 'int64', ['batch', config.maxTokens]));
  await writeModelFile(join(folder, 'text_encoder', 'model.onnx'), textEncoderGraph(size, net.parameters));
  const line = lineNet(seededRandom(1));
  for (const component of ['unet', 'vae_encoder', 'vae_decoder']) {
    await writeModelFile(
      join(folder, component, 'model.onnx'),
      bindParameters(line.builder.build(), line.parameters),
    );
  }
  await mkdir(join(folder, 'tokenizer'));
  await writeFile(join(folder, 'tokenizer', 'vocab.json'), JSON.stringify(ids));
  return { folder, tokenizer, parameters: net.parameters };
}

test('words keep their embeddings in a vocabulary that moved them, and new words get their own', async () => {
  const old = await shippedWith(['cat', 'dog', 'park']);
  const grown = smallVocabulary(['ant', 'cat', 'dog', 'emu', 'park']);
  const weights = await readShippedWeights(old.folder, grown.ids, seededRandom(2));
  await rm(old.folder, { recursive: true });

  const row = (of: typeof weights, id: number) => of.get(tokens)?.data.subarray(64 * id, 64 * (id + 1));
  const idOf = (tokenizer: typeof old.tokenizer, word: string) => tokenizer.encode(word).ids[1] ?? -1;
  expect(idOf(grown.tokenizer, 'park')).not.toBe(idOf(old.tokenizer, 'park'));
  for (const word of ['cat', 'dog', 'park'])
    expect(row(weights, idOf(grown.tokenizer, word)), word).toEqual(
      row(old.parameters, idOf(old.tokenizer, word)),
    );
  for (const end of [0, 2]) {
    const [now = -1, before = -1] = [grown.tokenizer, old.tokenizer].map((one) => one.encode('cat').ids[end]);
    expect(row(weights, now)).toEqual(row(old.parameters, before));
  }

  const shipped = new Set(old.parameters.get(tokens)?.data);
  for (const word of ['ant', 'emu']) {
    const fresh = row(weights, idOf(grown.tokenizer, word)) ?? new Float32Array();
    expect(fresh.filter((value) => shipped.has(value))).toHaveLength(0);
    expect(Math.hypot(...fresh) / Math.sqrt(64)).toBeGreaterThan(0.012);
    expect(Math.hypot(...fresh) / Math.sqrt(64)).toBeLessThan(0.03);
  }
  expect(row(weights, idOf(grown.tokenizer, 'ant'))).not.toEqual(row(weights, idOf(grown.tokenizer, 'emu')));
  expect(weights.get(tokens)?.dims).toEqual([grown.tokenizer.vocabularySize, 64]);
});

test('a model without a vocabulary is refused rather than mixed up', async () => {
  const { folder } = await shippedWith(['cat']);
  await rm(join(folder, 'tokenizer'), { recursive: true });
  await expect(readShippedWeights(folder, {}, seededRandom(1))).rejects.toThrow('vocab.json');
  await rm(folder, { recursive: true });
});

test('going on from the bundled model, the text encoder says the same of what that model knows', async () => {
  const folder = join(import.meta.dirname, '../../../model-store/sketchbook');
  const weights = await readShippedWeights(folder, tokenizerFiles().vocab, seededRandom(1));
  const [shipped, tokenizer] = [
    (await readModelFile(join(folder, 'text_encoder', 'model.onnx'))).graph,
    await readTokenizer(join(folder, 'tokenizer')),
  ];
  for (const prompt of ['', 'a purple dog with yellow spots in the park', 'a lighthouse in neon style']) {
    const states = (ids: Int32Array, graph: typeof shipped) =>
      runGraph(graph, { input_ids: int64([1, ids.length], [...ids]) });
    const goesOn = await states(
      sketchbookTokenizer().encode(prompt).ids,
      textEncoderGraph(textEncoderConfig(), weights),
    );
    expect(relativeError(goesOn, await states(tokenizer.encode(prompt).ids, shipped)), prompt).toBeLessThan(
      1e-6,
    );
  }
});
