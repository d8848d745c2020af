import { existsSync } from 'node:fs';
import { createGraphBuilder } from '../onnx/builder.ts';
import { raise } from '../result.ts';
import { cudaLibrary } from './cuda-library.ts';
import { createRuntime, type Provider, type Runtime, type RuntimeOptions } from './session.ts';

export type ProviderSetting = Provider | 'auto';

export interface ChosenRuntime {
  readonly runtime: Runtime;
  /** A sentence on what was chosen and why. */
  readonly reason: string;
}

/**
 * Opens the runtime on what the setting asks for: `auto` takes CUDA where a small graph really runs there, and the CPU
 * otherwise. Raises 'engine-down' where CUDA is asked for and does not answer.
 */
export async function openRuntime(
  setting: ProviderSetting,
  options: Omit<RuntimeOptions, 'provider'> = {},
): Promise<ChosenRuntime> {
  const cpu = createRuntime({ ...options, provider: 'cpu' });
  if (setting === 'cpu') return { runtime: cpu, reason: 'On the CPU, as PROVIDER says.' };
  const cuda = createRuntime({ ...options, provider: 'cuda' });
  const trouble = await troubleWith(cuda);
  if (trouble === undefined) return { runtime: cuda, reason: 'On the GPU: CUDA answers.' };
  if (setting === 'auto')
    return { runtime: cpu, reason: `On the CPU, since CUDA does not answer: ${trouble}` };
  return raise(
    'engine-down',
    `PROVIDER is cuda, but CUDA does not answer: ${trouble} Run npm run setup:gpu, or set PROVIDER=auto.`,
  );
}

async function troubleWith(runtime: Runtime): Promise<string | undefined> {
  // Asked all the same, the runtime would say so in many lines on standard error.
  if (!existsSync(cudaLibrary)) return 'its libraries are not installed.';
  const builder = createGraphBuilder({ name: 'probe', opset: 17 });
  const x = builder.input('x', 'float32', [1]);
  builder.output(builder.op('Add', [x, x]), 'float32', [1]);
  try {
    const session = await runtime.open(builder.build());
    await session.run({ x: { type: 'float32', dims: [1], data: new Float32Array(1) } });
    await session.release();
    return undefined;
  } catch (error) {
    return firstSentence(error instanceof Error ? error.message : String(error));
  }
}

/** The runtime's messages go on for lines; the first says what is missing. */
function firstSentence(message: string): string {
  const line = message.split('\n')[0]?.slice(0, 200) ?? '';
  return line.endsWith('.') ? line : `${line}.`;
}
