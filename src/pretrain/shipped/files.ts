import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Graph } from '../../onnx/graph.ts';
import { writeModelFile } from '../../onnx/model-file.ts';

/** Writes graphs under their paths in a folder. Returns the SHA-256 of each file, in hex, by its path. */
export async function writeGraphs(
  folder: string,
  graphs: Readonly<Record<string, Graph>>,
): Promise<Readonly<Record<string, string>>> {
  const hashes: Record<string, string> = {};
  for (const [file, graph] of Object.entries(graphs)) {
    const path = join(folder, file);
    await writeModelFile(path, graph);
    hashes[file] = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
  }
  return hashes;
}

/** Writes values as JSON under their paths in a folder. */
export async function writeJsonFiles(
  folder: string,
  files: Readonly<Record<string, unknown>>,
): Promise<void> {
  for (const [file, content] of Object.entries(files)) {
    const path = join(folder, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `${JSON.stringify(content, null, 2)}\n`);
  }
}
