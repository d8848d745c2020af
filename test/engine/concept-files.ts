import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConceptRef } from '../../src/engine/protocol.ts';

/** A folder of concept files under their hashes, as the store keeps them. */
export async function conceptFiles() {
  const folder = await mkdtemp(join(tmpdir(), 'keepsake-concepts-'));
  return {
    async write(token: string, bytes: Uint8Array): Promise<ConceptRef> {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const path = join(folder, `${sha256}.safetensors`);
      await writeFile(path, bytes);
      return { token, path, sha256 };
    },
    remove: () => rm(folder, { recursive: true }),
  };
}
