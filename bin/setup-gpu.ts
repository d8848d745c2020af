import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cudaLibrary, runtimePackage } from '../src/runtime/cuda-library.ts';
import { listGpus } from '../src/runtime/gpu.ts';
import { askedForHelp, endWith } from './support/arguments.ts';
import { checkGpu, driverVerdict, report } from './support/gpu-check.ts';

const usage = `npm run setup:gpu
Fetches the runtime's CUDA libraries, which are not on npm, into node_modules, checks all that they need and tries a GPU.
`;

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

async function setUp(): Promise<void> {
  if (askedForHelp(usage)) return;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    giveUp(
      `onnxruntime-node has CUDA libraries for Linux on x64 only, and this is ${process.platform} on ${process.arch}.`,
    );
  }
  const driver = driverVerdict(await listGpus(), { missing: [] });
  if (!driver.fine) giveUp(report([driver]));
  if (existsSync(cudaLibrary)) console.log('The CUDA libraries are already there.');
  else download();

  const verdicts = await checkGpu();
  const told = report(verdicts);
  if (verdicts.some(({ fine }) => !fine)) giveUp(told);
  console.log(told);
}

setUp().catch((error: unknown) => endWith(error, usage));
