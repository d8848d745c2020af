import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** An NVIDIA GPU as its driver tells of it. */
export interface Gpu {
  /** As nvidia-smi counts them. */
  readonly index: number;
  readonly name: string;
  /** Version of the driver, such as `570.86.15`. */
  readonly driver: string;
  /** Not a number where the driver does not tell, as of a GPU that shares the memory of its machine. */
  readonly memoryBytes: number;
  /** Likewise. */
  readonly freeBytes: number;
}

const longestAnswerMs = 10_000;

/** The GPUs of this machine; undefined where the driver's tool, nvidia-smi, is missing or fails. */
export async function listGpus(): Promise<readonly Gpu[] | undefined> {
  const fields = 'index,name,driver_version,memory.total,memory.free';
  const query = [`--query-gpu=${fields}`, '--format=csv,noheader,nounits'];
  const answer = await promisify(execFile)('nvidia-smi', query, { timeout: longestAnswerMs }).catch(
    () => undefined,
  );
  return answer?.stdout
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map(parseGpu);
}

/** Sizes come in MiB. */
function parseGpu(line: string): Gpu {
  const [index = '', name = '', driver = '', total = '', free = ''] = line
    .split(',')
    .map((field) => field.trim());
  return {
    index: Number(index),
    name,
    driver,
    memoryBytes: Number(total) * 2 ** 20,
    freeBytes: Number(free) * 2 ** 20,
  };
}

/** Memory that is free on a GPU, in bytes; undefined where its driver does not tell. */
export async function freeGpuBytes(index: number): Promise<number | undefined> {
  const free = (await listGpus())?.find((gpu) => gpu.index === index)?.freeBytes;
  return Number.isNaN(free) ? undefined : free;
}
