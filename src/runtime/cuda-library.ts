import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Folder of the installed onnxruntime-node. */
export const runtimePackage = dirname(
  createRequire(import.meta.url).resolve('onnxruntime-node/package.json'),
);

/** Where the library lies that lets the runtime use CUDA, once it is fetched. There is one for Linux on x64 only. */
export const cudaLibrary = join(
  runtimePackage,
  'bin',
  'napi-v6',
  process.platform,
  process.arch,
  'libonnxruntime_providers_cuda.so',
);
