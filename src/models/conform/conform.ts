import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { usualLatentScale } from '../../diffusion/model-folder.ts';
import { parseSchedulerConfig } from '../../diffusion/schedulers/config.ts';
import { readTokenizer } from '../../diffusion/tokenizer.ts';
import { isPresent, locateFile, readJson, writeJson } from '../../model-files.ts';
import { withGuidanceFixed } from '../../onnx/cut/guidance.ts';
import { withoutNoise } from '../../onnx/cut/random.ts';
import { cutTextEncoder } from '../../onnx/cut/text-encoder.ts';
import { withTimestepEach } from '../../onnx/cut/timesteps.ts';
import { cutUnet } from '../../onnx/cut/unet.ts';
import type { Graph } from '../../onnx/graph.ts';
import { type ModelFile, readModelFile, withExternalFile, writeModelFile } from '../../onnx/model-file.ts';
import { hasHalves, widened } from '../../onnx/widen.ts';
import { raise } from '../../result.ts';
import { components, optionalComponents, optionalFiles, requiredFiles } from '../layout.ts';
import { textEncoderConfig, unetConfig, vaeConfig } from './configs.ts';

export interface ConformOptions {
  /** What a model that guidance was distilled into is held to. */
  readonly distilledGuidance: number;
}

const remedy = 'Give the folder of a Stable Diffusion model in ONNX, as optimum or diffusers export it.';
const smallestOutside = 1024;

/**
 * Makes of a published folder one that the engine reads: copies what it needs and nothing else, writes what older
 * exporters left out, widens half precision, and gives the U-Net the inputs of any other. Raises 'invalid-model' and
 * 'unsupported-operator'.
 * @param target a folder that does not exist yet
 * @returns what a person should know about what was changed, a sentence each
 */
export async function conform(
  source: string,
  target: string,
  options: ConformOptions,
): Promise<readonly string[]> {
  const notes: string[] = [];
  const ofTokenizer = await readdir(join(source, 'tokenizer')).catch((): string[] => []);
  for (const file of requiredFiles((each) => ofTokenizer.includes(basename(each))))
    await copyInto(target, source, file);
  for (const file of optionalFiles) if (await isPresent(source, file)) await copyInto(target, source, file);
  for (const component of components) {
    const file = `${component}/model.onnx`;
    if (optionalComponents.has(component) && !(await isPresent(source, file))) continue;
    const model = await readModelFile(await locateFile(source, file, remedy));
    await putGraph(component, model, { source, target }, options, notes);
  }
  await putConfigs(source, target, notes);
  return notes;
}

interface Folders {
  readonly source: string;
  readonly target: string;
}

async function putGraph(
  component: (typeof components)[number],
  model: ModelFile,
  { source, target }: Folders,
  options: ConformOptions,
  notes: string[],
): Promise<void> {
  const folder = join(target, component);
  const path = join(folder, 'model.onnx');
  const graph = plain(component, model.graph, options, notes);
  await mkdir(folder, { recursive: true });
  if (hasHalves(graph)) {
    const wide = await withExternalFile(folder, externalFile, smallestOutside, (keep) =>
      widened({ ...model, graph }, keep),
    );
    await writeModelFile(path, wide);
    notes.push(`${component} was widened from half to single precision and takes twice its size.`);
    return;
  }
  const locations = externalLocations(graph);
  for (const location of locations) await copyInto(target, source, `${component}/${location}`);
  const file = locations.has(externalFile) ? `more-${externalFile}` : externalFile;
  if (hasLargeInside(graph))
    await writeModelFile(path, graph, { externalData: { file, minimumBytes: smallestOutside } });
  else if (graph === model.graph) await copyFile(join(source, component, 'model.onnx'), path);
  else await writeModelFile(path, graph);
}

/** Where weights are put that lay in the graph's file, so that they are mapped from there and not read into JavaScript. */
const externalFile = 'weights.bin';

function hasLargeInside({ initializers }: Graph): boolean {
  return [...initializers.values()].some(
    (weight) => 'tensor' in weight && weight.tensor.data.byteLength >= smallestOutside,
  );
}

/** A component's graph as those of any other model are. */
function plain(component: string, graph: Graph, options: ConformOptions, notes: string[]): Graph {
  if (component === 'unet') return plainUnet(graph, options, notes);
  if (component !== 'vae_encoder') return graph;
  const still = withoutNoise(graph);
  if (still !== graph) notes.push('vae_encoder added noise to its latents; it gives their mean now.');
  return still;
}

/** The U-Net with a timestep for each picture, and no input that only some models have. */
function plainUnet(graph: Graph, { distilledGuidance }: ConformOptions, notes: string[]): Graph {
  const fixed = withGuidanceFixed(graph, distilledGuidance);
  if (fixed !== graph)
    notes.push(
      `Guidance was distilled into this model; it is held to ${distilledGuidance}, whatever /imagine asks for.`,
    );
  const each = withTimestepEach(fixed);
  if (each !== fixed) notes.push('The U-Net was given a timestep for each picture, which teaching needs.');
  return each;
}

/** The files beside a model that its weights are in. */
export function externalLocations({ initializers }: Graph): ReadonlySet<string> {
  return new Set(
    [...initializers.values()].flatMap((weight) => ('external' in weight ? [weight.external.location] : [])),
  );
}

/** Copies the components' config.json, and makes those that are missing. */
async function putConfigs(source: string, target: string, notes: string[]): Promise<void> {
  const graphOf = async (component: string) =>
    (await readModelFile(join(target, component, 'model.onnx'))).graph;
  const scheduler = parseSchedulerConfig(await readJson(source, 'scheduler/scheduler_config.json', remedy));
  const made = {
    text_encoder: async () => {
      const { maxTokens } = await readTokenizer(join(source, 'tokenizer'));
      return textEncoderConfig(cutTextEncoder(await graphOf('text_encoder')), maxTokens);
    },
    unet: async () => {
      const graph = await graphOf('unet');
      return unetConfig(graph, cutUnet(graph), scheduler.prediction_type === 'v_prediction');
    },
    vae_decoder: async () => vaeConfig(await graphOf('vae_decoder')),
  };
  for (const [component, make] of Object.entries(made)) {
    const file = `${component}/config.json`;
    const there = await isPresent(source, file);
    const config = there ? await readJson(source, file, remedy) : await make();
    if (typeof config !== 'object' || config === null)
      raise('invalid-model', `${file} is no object. ${remedy}`);
    // What the input stood for is fixed in the graph now.
    await writeJson(
      join(target, file),
      component === 'unet' ? { ...config, time_cond_proj_dim: null } : config,
    );
    if (!there) notes.push(`${file} is missing and was read off the graph.`);
    else if (component === 'vae_decoder' && !('scaling_factor' in config))
      notes.push(`${file} has no scaling_factor; it is taken for ${usualLatentScale}, Stable Diffusion's.`);
  }
}

async function copyInto(target: string, source: string, file: string): Promise<void> {
  const from = await locateFile(source, file, remedy);
  await mkdir(dirname(join(target, file)), { recursive: true });
  await copyFile(from, join(target, file));
}
