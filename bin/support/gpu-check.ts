import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { cudaLibrary } from '../../src/runtime/cuda-library.ts';
import { type Gpu, listGpus } from '../../src/runtime/gpu.ts';
import { troubleWith } from '../../src/runtime/provider.ts';
import { createRuntime } from '../../src/runtime/session.ts';

/** One thing that a GPU needs, and what to do where it is missing. */
export interface Verdict {
  readonly about: string;
  readonly fine: boolean;
  /** What was found. */
  readonly found: string;
  readonly fix?: string;
}

/** The oldest driver on Linux for each version of CUDA (CUDA Toolkit Release Notes, table 2: minor version compatibility). */
const oldestDriver: Readonly<Record<string, number>> = { 11: 450, 12: 525, 13: 580 };

/** What ldd says of the CUDA library: the versions that it was linked with, and the libraries that the system does not find. */
export interface Linked {
  readonly cuda?: string;
  readonly cudnn?: string;
  readonly missing: readonly string[];
}

/** @param ldd what ldd printed */
export function readLinks(ldd: string): Linked {
  const [, cuda] = /libcudart\.so\.(\d+)/.exec(ldd) ?? /libcublas(?:Lt)?\.so\.(\d+)/.exec(ldd) ?? [];
  const [, cudnn] = /libcudnn\w*\.so\.(\d+)/.exec(ldd) ?? [];
  const missing = [...ldd.matchAll(/^\s*(\S+) => not found/gm)].map(([, name = '']) => name);
  return { missing, ...(cuda !== undefined && { cuda }), ...(cudnn !== undefined && { cudnn }) };
}

/** Checks driver, libraries and one small graph, in the order in which each needs those before it. */
export async function checkGpu(library = cudaLibrary): Promise<readonly Verdict[]> {
  const linked = await linksOf(library);
  const gpus = await listGpus();
  const before = [driverVerdict(gpus, linked), libraryVerdict(library), ...linkVerdicts(library, linked)];
  if (before.some(({ fine }) => !fine)) return before;
  // GPUs are counted as nvidia-smi does; CUDA by itself counts the fastest first.
  process.env.CUDA_DEVICE_ORDER = 'PCI_BUS_ID';
  return [...before, ...(await Promise.all((gpus ?? []).map((gpu) => graphVerdict(gpu, linked))))];
}

async function linksOf(library: string): Promise<Linked> {
  if (!existsSync(library)) return { missing: [] };
  const answer = await promisify(execFile)('ldd', [library]).catch(() => undefined);
  return readLinks(answer?.stdout ?? '');
}

/**
 * Whether there is a GPU, and its driver is new enough for the version of CUDA that the library was linked with.
 * @param gpus undefined where nvidia-smi does not answer
 */
export function driverVerdict(gpus: readonly Gpu[] | undefined, { cuda }: Linked): Verdict {
  const about = 'driver';
  const [first] = gpus ?? [];
  if (first === undefined) {
    const found = gpus === undefined ? 'nvidia-smi does not answer' : 'nvidia-smi finds no GPU';
    const fix =
      "Install NVIDIA's driver, or, in a container, start it with access to the GPUs (docker run --gpus all). nvidia-smi must list the GPU.";
    return { about, fine: false, found, fix };
  }
  const found = `${first.driver}, with ${gpus?.map(({ index, name }) => `GPU ${index} (${name})`).join(', ')}`;
  const needed = oldestDriver[cuda ?? ''] ?? 0;
  if (Number.parseInt(first.driver, 10) >= needed) return { about, fine: true, found };
  return {
    about,
    fine: false,
    found,
    fix: `CUDA ${cuda} needs driver ${needed} or newer. Update NVIDIA's driver.`,
  };
}

function libraryVerdict(library: string): Verdict {
  const about = "the runtime's CUDA library";
  return existsSync(library)
    ? { about, fine: true, found: 'is there' }
    : {
        about,
        fine: false,
        found: 'is missing',
        fix: 'Run npm run setup:gpu where the machine can reach api.nuget.org.',
      };
}

/** What each missing library belongs to decides what to install. */
export function linkVerdicts(library: string, { cuda, cudnn, missing }: Linked): readonly Verdict[] {
  if (!existsSync(library)) return [];
  const of = (isOf: (name: string) => boolean, about: string, fix: string): Verdict => {
    const lacking = missing.filter(isOf);
    if (lacking.length === 0) return { about, fine: true, found: 'all its libraries are found' };
    return { about, fine: false, found: `not found: ${lacking.join(', ')}`, fix };
  };
  const isCudnn = (name: string) => name.startsWith('libcudnn');
  const toolkit = `Install the CUDA toolkit ${cuda ?? 'in the version that these names show'}, ${intoPath}.`;
  return [
    of((name) => !isCudnn(name), `CUDA ${cuda ?? ''}`.trim(), toolkit),
    // Some releases load cuDNN when they first need it, which ldd does not tell and the small graph does.
    ...(cudnn === undefined ? [] : [of(isCudnn, `cuDNN ${cudnn}`, cudnnFix(cuda, cudnn))]),
  ];
}

const intoPath = 'and put the folder of its libraries into LD_LIBRARY_PATH';

function cudnnFix(cuda = 'of that version', cudnn = '9'): string {
  return `Install cuDNN ${cudnn} for CUDA ${cuda}, ${intoPath}.`;
}

async function graphVerdict({ index }: Gpu, { cuda }: Linked): Promise<Verdict> {
  const about = `a small graph on GPU ${index}`;
  const trouble = await troubleWith(createRuntime({ provider: 'cuda', device: index, strict: true }));
  if (trouble === undefined) return { about, fine: true, found: 'gives the right answer' };
  const fix = /cudnn/i.test(trouble)
    ? cudnnFix(cuda)
    : 'See that no other program holds all of its memory (nvidia-smi), and that the driver was not updated since the machine was started.';
  return { about, fine: false, found: `fails: ${trouble}`, fix };
}

/** The verdicts as lines, and what to do about those that are not fine. */
export function report(verdicts: readonly Verdict[]): string {
  const lines = verdicts.map(({ about, fine, found }) => `${fine ? 'ok  ' : 'FAIL'}  ${about}: ${found}`);
  const fixes = verdicts.flatMap(({ fix }) => (fix === undefined ? [] : [fix]));
  const end =
    fixes.length === 0
      ? ['The GPU is ready. Start Keepsake with PROVIDER=auto (the default) or PROVIDER=cuda.']
      : [
          'The GPU cannot be used yet; what is installed still runs on the CPU.',
          ...fixes,
          'Then run npm run setup:gpu again.',
        ];
  return [...lines, '', ...end].join('\n');
}
