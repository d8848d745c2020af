import { checkJson, readOptionalJson } from '../model-files.ts';
import { type ModelFile, readModelFile } from '../onnx/model-file.ts';
import { prune } from '../onnx/prune.ts';
import type { PixelImage } from '../pictures/image.ts';
import { raise } from '../result.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { ModelFolder } from './model-folder.ts';
import { namingRuntime } from './naming-runtime.ts';
import { pixelValues, preprocessingSchema } from './preprocessing.ts';

/** Looks at pictures before anybody sees them. */
export interface SafetyChecker {
  /** For each picture whether it is one that should not be shown. */
  flags(images: readonly PixelImage[]): Promise<readonly boolean[]>;
  release(): Promise<void>;
}

const inputName = 'clip_input';
const outputName = 'has_nsfw_concepts';

/**
 * Opens a model's safety checker; undefined where it has none. Raises 'invalid-model' where it is another network than the
 * public exports have, or cannot be opened: a checker that does not look is worse than none that is known to be missing.
 */
export async function openSafetyChecker(
  runtime: Runtime,
  folder: ModelFolder,
): Promise<SafetyChecker | undefined> {
  const path = folder.graphs.safetyChecker;
  if (path === undefined) return undefined;
  const file = 'feature_extractor/preprocessor_config.json';
  const given = await readOptionalJson(folder.path, file, 'Copy it from the original model.');
  const preprocessing = checkJson(preprocessingSchema, given ?? {}, file);
  const { graph, folder: externalDataFolder } = await readSafetyGraph(path);
  const { crop } = preprocessing;
  const session = await namingRuntime(runtime, path).open(graph, {
    externalDataFolder,
    prepare: { [inputName]: [1, 3, crop.height, crop.width] },
  });
  return {
    async flags(images) {
      const flags: boolean[] = [];
      for (const image of images) {
        const { [outputName]: flagged } = await session.run({
          [inputName]: pixelValues([image], preprocessing),
        });
        flags.push(Number(flagged?.data[0] ?? 1) !== 0);
      }
      return flags;
    },
    release: () => session.release(),
  };
}

/**
 * The part of a safety checker that looks, from `clip_input` to `has_nsfw_concepts`: public exports also blacken what they flag,
 * with operators that not every runtime has. Raises 'invalid-model' where the file has no such part.
 */
export async function readSafetyGraph(path: string): Promise<ModelFile> {
  const { graph, folder } = await readModelFile(path);
  const outputs = graph.outputs.filter(({ name }) => name === outputName);
  const looking = prune({ ...graph, outputs });
  const used = new Set(looking.nodes.flatMap((node) => node.inputs));
  const inputs = graph.inputs.filter(({ name }) => used.has(name));
  if (outputs.length === 1 && inputs.length === 1 && inputs[0]?.name === inputName)
    return { graph: { ...looking, inputs }, folder };
  return raise(
    'invalid-model',
    `safety_checker/model.onnx does not make "${outputName}" of "${inputName}" alone. Export it as diffusers does, or take the folder away.`,
  );
}
