import { randomUUID } from 'node:crypto';
import nodeFiles from 'node:fs/promises';
import { dirname } from 'node:path';

/** The file operations that it takes: a seam for tests of full and failing disks. */
export type WritingFiles = Pick<typeof nodeFiles, 'mkdir' | 'open' | 'rename' | 'rm'>;

/** Leaves at `path` all of `content` or what was there, whenever the machine stops. Its folder is made where it is missing. */
export async function writeWhole(
  path: string,
  content: Uint8Array | string,
  files: WritingFiles = nodeFiles,
): Promise<void> {
  const folder = dirname(path);
  const draft = `${path}.${randomUUID()}.tmp`;
  await files.mkdir(folder, { recursive: true });
  try {
    const file = await files.open(draft, 'wx');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await files.rename(draft, path);
  } catch (error) {
    await files.rm(draft, { force: true });
    throw error;
  }
  await syncFolder(files, folder);
  await syncFolder(files, dirname(folder));
}

/** A rename lasts once its folder has reached the disk. Windows has no such call, and answers EPERM. */
async function syncFolder(files: WritingFiles, folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await files.open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}
