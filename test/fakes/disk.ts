import nodeFiles from 'node:fs/promises';

/** The file operations of a disk that can be filled: then no file can be opened to be written. */
export function smallDisk() {
  let full = false;
  return {
    files: {
      ...nodeFiles,
      async open(...args: Parameters<typeof nodeFiles.open>) {
        if (full) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
        return nodeFiles.open(...args);
      },
    },
    fill(to = true) {
      full = to;
    },
  };
}
