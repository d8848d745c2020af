import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** `command`, a Python, where it has PyTorch and diffusers; undefined otherwise. */
export async function findPython(command = 'python3'): Promise<string | undefined> {
  return promisify(execFile)(command, ['-c', 'import torch, diffusers']).then(
    () => command,
    () => undefined,
  );
}
