import { existsSync } from 'node:fs';
import { createGraphBuilder } from '../onnx/builder.ts';
import { float32 } from '../onnx/tensor.ts';
import { raise } from '../result.ts';
import { cudaLibrary } from './cuda-library.ts';
import { listGpus } from './gpu.ts';
import type { Precision, Provider, Runtime } from './runtime.ts';
import { createRuntime, type RuntimeOptions } from './session.ts';

/** What PROVIDER may say; see {@link openRuntime}. */
export type ProviderSetting = Provider | 'auto';

export interface ChosenRuntime {
  readonly runtime: Runtime;
  /** A sentence on what was chosen and why. */
  readonly reason: string;
}

export interface ChosenOptions extends Omit<RuntimeOptions, 'provider' | 'precision' | 'strict'> {
  /** `auto`, the default: half precision on a GPU, which is made for it, and float32 on the CPU. */
  readonly precision?: Precision | 'auto';
  /** Whether `auto` takes the CPU where CUDA does not answer, which is the default. */
  readonly cpuInstead?: boolean;
}

/**
 * Opens the runtime on what the setting asks for: `auto` takes CUDA where a small graph really runs there, and the CPU
 * otherwise; `cuda` also refuses models of which an operator would be left to the CPU. Raises 'engine-down' where CUDA does not answer
 * and the CPU is not to be taken.
 */
export async function openRuntime(
  setting: ProviderSetting,
  { precision = 'auto', cpuInstead = true, ...options }: ChosenOptions = {},
): Promise<ChosenRuntime> {
  const onCpu = {
    ...options,
    provider: 'cpu',
    precision: precision === 'auto' ? 'float32' : precision,
  } as const;
  if (setting === 'cpu') return { runtime: createRuntime(onCpu), reason: 'On the CPU, as PROVIDER says.' };
  const onGpu = {
    ...options,
    provider: 'cuda',
    precision: precision === 'auto' ? 'float16' : precision,
  } as const;
  const cuda = createRuntime({ ...onGpu, strict: setting === 'cuda' });
  const trouble = await troubleWith(cuda);
  if (trouble === undefined) return { runtime: cuda, reason: await praise(onGpu) };
  if (setting === 'auto' && cpuInstead)
    return { runtime: createRuntime(onCpu), reason: `On the CPU, since CUDA does not answer: ${trouble}` };
  if (setting === 'auto')
    raise(
      'engine-down',
      `The GPU that was there does not answer any more: ${trouble} See what nvidia-smi says of it.`,
    );
  return raise(
    'engine-down',
    `PROVIDER is cuda, but CUDA does not answer: ${trouble} Run npm run setup:gpu, or set PROVIDER=auto.`,
  );
}

/** What was found, such as "On GPU 1 (NVIDIA H200, driver 570.86.15) in float16: CUDA answers." */
async function praise({ device = 0, precision }: { device?: number; precision: Precision }): Promise<string> {
  const gpu = (await listGpus())?.find(({ index }) => index === device);
  const which = gpu === undefined ? '' : ` (${gpu.name}, driver ${gpu.driver})`;
  return `On GPU ${device}${which} in ${precision}: CUDA answers.`;
}

/** A sentence on why a small graph does not run; undefined where it does. */
export async function troubleWith(runtime: Runtime): Promise<string | undefined> {
  // Asked all the same, the runtime would say so in many lines on standard error.
  if (runtime.provider === 'cuda' && !existsSync(cudaLibrary)) return 'its libraries are not installed.';
  try {
    const session = await runtime.open(probe());
    const { y } = await session.run({ x: float32([1, 1, 2, 2], [1, 2, 3, 4]) });
    await session.release();
    return y?.data[0] === 9 && y.data[1] === 21 ? undefined : 'it does not compute what it should.';
  } catch (error) {
    return firstSentence(error instanceof Error ? error.message : String(error));
  }
}

/** Sums of the rows, three times as large: by a convolution and a product, for which cuDNN and cuBLAS are loaded. */
function probe() {
  const builder = createGraphBuilder({ name: 'probe', opset: 17 });
  const x = builder.input('x', 'float32', [1, 1, 2, 2]);
  const thrice = builder.op('Conv', [x, builder.constant(float32([1, 1, 1, 1], [3]))]);
  const sums = builder.op('MatMul', [thrice, builder.constant(float32([2, 1], [1, 1]))], {}, 'y');
  builder.output(sums, 'float32', [1, 1, 2, 1]);
  return builder.build();
}

/** The runtime's messages go on for lines; the first says what is missing. */
function firstSentence(message: string): string {
  const line = message.split('\n')[0]?.slice(0, 200) ?? '';
  return line.endsWith('.') ? line : `${line}.`;
}
