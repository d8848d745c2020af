import { namingRuntime } from '../diffusion/naming-runtime.ts';
import type { Graph, ValueInfo } from '../onnx/graph.ts';
import { readModelFile } from '../onnx/model-file.ts';
import type { ElementType } from '../onnx/tensor.ts';
import { raise } from '../result.ts';
import { orRelease } from '../runtime/or-release.ts';
import type { Runtime, Session } from '../runtime/runtime.ts';

/** The graphs of text and vision: one and the same where an export holds both in one file. */
export interface Halves<T> {
  readonly text: T;
  readonly vision: T;
}

/** What the halves take and give; the attention mask is missing in some exports. */
const types: Readonly<Record<string, ElementType>> = {
  input_ids: 'int64',
  attention_mask: 'int64',
  pixel_values: 'float32',
  text_embeds: 'float32',
  image_embeds: 'float32',
};

/** Opens both graphs of a CLIP folder. Raises 'invalid-model' where a file is damaged, or has other inputs or outputs than CLIP's. */
export async function openHalves(runtime: Runtime, paths: Halves<string>): Promise<Halves<Session>> {
  await checkGraph(paths.text, 'text_embeds');
  await checkGraph(paths.vision, 'image_embeds');
  const open = (path: string) => namingRuntime(runtime, path).open({ path });
  return orRelease(async (keep) => {
    const text = keep(await open(paths.text));
    return { text, vision: paths.vision === paths.text ? text : await open(paths.vision) };
  });
}

async function checkGraph(path: string, output: string): Promise<void> {
  const { graph } = await readModelFile(path);
  const reason = whatIsOdd(graph, output);
  if (reason !== undefined)
    raise('invalid-model', `"${path}" ${reason}. Use an export of CLIP with float32 inputs and outputs.`);
}

function whatIsOdd({ inputs, outputs }: Graph, output: string): string | undefined {
  const given = outputs.find(({ name }) => name === output);
  if (given === undefined) return `gives no ${output}`;
  const unknown = inputs.find(({ name }) => !Object.hasOwn(types, name));
  if (unknown !== undefined) return `wants ${unknown.name}, which CLIP does not have`;
  const odd = [...inputs, given].find(({ name, type }: ValueInfo) => type !== types[name]);
  return odd && `has ${odd.name} as ${odd.type} instead of ${types[odd.name]}`;
}
