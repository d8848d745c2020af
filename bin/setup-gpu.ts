import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cudaLibrary, runtimePackage } from '../src/runtime/cuda-library.ts';

/** `npm run setup:gpu`: fetches the runtime's CUDA libraries, which are not on npm, and tells what else they need. */

function giveUp(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}

function download(): void {
  console.log("Fetching onnxruntime-node's CUDA libraries from nuget.org: a large download …");
  const { status } = spawnSync(
    process.execPath,
    [join(runtimePackage, 'script', 'install.js'), '--onnxruntime-node-install=cuda12'],
    { stdio: 'inherit' },
  );
  if (status === 0 && existsSync(cudaLibrary)) return;
  giveUp(
    [
      'The CUDA libraries could not be fetched; what is installed still runs on the CPU.',
      'If this machine cannot reach api.nuget.org, open the way to it, or set GLOBAL_AGENT_HTTPS_PROXY to your proxy.',
      'If the disk is full, make room, both there and in the folder for temporary files. Then run npm run setup:gpu again.',
    ].join('\n'),
  );
}

/** Names of the shared libraries that the CUDA libraries want and the system does not find. */
function missingLibraries(): readonly string[] {
  const { stdout } = spawnSync('ldd', [cudaLibrary], { encoding: 'utf8' });
  return [...(stdout ?? '').matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1] ?? '');
}

if (process.platform !== 'linux' || process.arch !== 'x64') {
  giveUp(
    `onnxruntime-node has CUDA libraries for Linux on x64 only, and this is ${process.platform} on ${process.arch}.`,
  );
}
if (existsSync(cudaLibrary)) console.log('The CUDA libraries are already there.');
else download();

const missing = missingLibraries();
if (missing.length > 0) {
  giveUp(
    `They need ${missing.join(', ')}, which this system does not find. Install NVIDIA's CUDA toolkit and cuDNN 9 ` +
      'in the versions these names show, put their folders in LD_LIBRARY_PATH, and run npm run setup:gpu again.',
  );
}
console.log('Done. Start Keepsake with PROVIDER=auto (the default) or PROVIDER=cuda.');
