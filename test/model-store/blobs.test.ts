import { randomBytes } from 'node:crypto';
import nodeFiles from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Files, hashOf, openBlobs } from '../../model-store/blobs.ts';
import type { Storage } from '../../model-store/drivers/storage.ts';
import { unwrap } from '../../src/result.ts';
import { bytes, sampleConcept, scratchFolder, stored, storeIn } from './sample.ts';

/** A disk that fails with `code` in the write that is `onWrite`th from now, half of it done. */
function failingFiles(code: string, onWrite: number): Files {
  let writes = 0;
  return {
    ...nodeFiles,
    async open(...args: Parameters<typeof nodeFiles.open>) {
      const handle = await nodeFiles.open(...args);
      const writeFile = handle.writeFile.bind(handle);
      handle.writeFile = async (data) => {
        if (++writes !== onWrite) return writeFile(data);
        await writeFile((data as Uint8Array).subarray(0, 3));
        throw Object.assign(new Error(`${code}: no space`), { code });
      };
      return handle;
    },
  };
}

describe('a blob', () => {
  it('lies under its SHA-256 and reads back as it was written', async () => {
    const folder = await scratchFolder();
    const blobs = openBlobs(folder);
    const content = randomBytes(100_000);
    const sha256 = await blobs.write(content);
    expect(blobs.path(sha256)).toBe(`${folder}/${sha256.slice(0, 2)}/${sha256.slice(2)}`);
    expect(unwrap(await blobs.read(sha256))).toEqual(content);
    expect(await blobs.check(sha256)).toEqual({ ok: true, value: undefined });
  });

  it('has the hash that the standard gives', async () => {
    const expected = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect(hashOf(bytes('abc')), 'FIPS 180-2, appendix B.1').toBe(expected);
  });

  it.each([
    [
      'one bit flipped',
      async (path: string) => {
        const content = await nodeFiles.readFile(path);
        content[5]! ^= 1;
        await nodeFiles.writeFile(path, content);
      },
    ],
    ['its end cut off', (path: string) => nodeFiles.truncate(path, 4)],
    ['nothing left of it', (path: string) => nodeFiles.rm(path)],
  ])('with %s is found out, also after it was once found sound', async (_, damage) => {
    const blobs = openBlobs(await scratchFolder());
    const sha256 = await blobs.write(bytes('weights'));
    unwrap(await blobs.check(sha256));
    await damage(blobs.path(sha256));
    const corrupt = {
      ok: false,
      problem: { code: 'storage-corrupt', message: expect.stringContaining('backup') },
    };
    expect(await blobs.read(sha256)).toMatchObject(corrupt);
    expect(await blobs.check(sha256)).toMatchObject(corrupt);
  });

  it('that was damaged is healed when the same bytes are written again', async () => {
    const blobs = openBlobs(await scratchFolder());
    const sha256 = await blobs.write(bytes('weights'));
    await nodeFiles.writeFile(blobs.path(sha256), 'rubbish');
    await blobs.write(bytes('weights'));
    expect((await blobs.read(sha256)).ok).toBe(true);
  });

  it('cannot be asked for by anything but a hash', () => {
    const blobs = openBlobs('/nowhere');
    for (const name of ['', '../../etc/passwd', 'A'.repeat(64), `${'a'.repeat(62)}/.`]) {
      expect(() => blobs.path(name)).toThrow(RangeError);
    }
  });
});

describe('a full disk', () => {
  it.each(['ENOSPC', 'EDQUOT'])('is said to be full (%s) and leaves no draft behind', async (code) => {
    const folder = await scratchFolder();
    const blobs = openBlobs(folder, failingFiles(code, 1));
    await expect(blobs.write(bytes('weights'))).rejects.toMatchObject({ problem: { code: 'storage-full' } });
    expect(await nodeFiles.readdir(dirname(blobs.path(hashOf(bytes('weights')))))).toEqual([]);
  });

  it.each([1, 2])(
    'in file %i of a concept leaves the store as it was, and the next try works',
    async (onWrite) => {
      const folder = await scratchFolder();
      const { concepts } = await storeIn(folder, { files: failingFiles('ENOSPC', onWrite) });
      const files = [bytes('weights'), bytes('sheet')] as const;
      const concept = sampleConcept(await concepts.reserveNumber('a'), ...files);
      expect(await concepts.put('a', concept, files)).toMatchObject({
        ok: false,
        problem: { code: 'storage-full' },
      });
      expect(await concepts.list('a')).toEqual([]);
      for (const file of files) expect((await concepts.readBlob(hashOf(file))).ok).toBe(false);
      expect(await concepts.put('a', concept, files)).toMatchObject({ ok: true });
      expect(await concepts.list('a')).toEqual([concept]);
    },
  );

  it('in the database leaves neither record nor files', async () => {
    const folder = await scratchFolder();
    const store = await storeIn(folder);
    const kept = await stored(store, 'a', 'kept');
    await store.close();
    const { openSqlite } = await import('../../model-store/drivers/sqlite.ts');
    const { raise } = await import('../../src/result.ts');
    const storage = openSqlite(`${folder}/keepsake.sqlite`);
    const full: Storage = {
      ...storage,
      commit: async (writes, expected) =>
        writes.some(({ key }) => key.includes('/concept/'))
          ? raise('storage-full', 'full')
          : storage.commit(writes, expected),
    };
    const { concepts } = await storeIn(folder, { storage: full });
    const weights = bytes('new');
    const concept = sampleConcept(await concepts.reserveNumber('a'), weights);
    expect(await concepts.put('a', concept, [weights])).toMatchObject({ problem: { code: 'storage-full' } });
    expect(await concepts.list('a')).toEqual([kept]);
    expect((await concepts.readBlob(concept.blob)).ok).toBe(false);
  });
});
