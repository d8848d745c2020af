import { randomBytes } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Blobs, hashOf } from '../../../model-store/blobs.ts';
import { unwrap } from '../../../src/result.ts';
import { bytes } from '../sample-concept.ts';

/** Where files are, emptied: opened once for each machine, and the paths of what is kept there, found without the driver. */
export interface BlobPlace {
  open(): Promise<Blobs>;
  originals(): Promise<readonly string[]>;
}

const corrupt = { ok: false, problem: { code: 'storage-corrupt' } };

/** What every driver of files promises. */
export function testBlobs(name: string, fresh: () => Promise<BlobPlace>): void {
  const opened = async () => {
    const place = await fresh();
    const blobs = await place.open();
    onTestFinished(() => blobs.close());
    return { ...place, blobs };
  };

  describe(`files in ${name}`, () => {
    it('come back as they were written, under their hashes, on every machine', async () => {
      const { blobs, open } = await opened();
      const contents = [randomBytes(300_000), bytes(''), bytes('weights')];
      const hashes = await Promise.all(contents.map(blobs.write));
      expect(hashes).toEqual(contents.map(hashOf));
      const elsewhere = await open();
      onTestFinished(() => elsewhere.close());
      for (const [index, sha256] of hashes.entries()) {
        expect(hashOf(unwrap(await elsewhere.read(sha256)))).toBe(hashOf(contents[index]!));
        unwrap(await elsewhere.check(sha256));
        expect(await readFile(elsewhere.path(sha256))).toEqual(Buffer.from(contents[index]!));
      }
    });

    it('have the size that they were written with, on every machine, and none where they are not', async () => {
      const { blobs, open } = await opened();
      const sha256 = await blobs.write(bytes('weights'));
      const elsewhere = await open();
      onTestFinished(() => elsewhere.close());
      const missing = hashOf(bytes('nothing'));
      for (const one of [blobs, elsewhere])
        expect([await one.size(sha256), await one.size(missing)]).toEqual([7, undefined]);
    });

    it('are whole before anybody reads them where they lie', async () => {
      const { blobs, open } = await opened();
      const sha256 = await blobs.write(bytes('weights'));
      const elsewhere = await open();
      onTestFinished(() => elsewhere.close());
      unwrap(await elsewhere.check(sha256));
      expect(await readFile(elsewhere.path(sha256), 'utf8')).toBe('weights');
    });

    it('with one byte flipped where they are kept are found out, and healed when written again', async () => {
      const { blobs, open, originals } = await opened();
      const sha256 = await blobs.write(bytes('weights'));
      const [file] = await originals();
      await writeFile(file!, 'weightz');
      const elsewhere = await open();
      onTestFinished(() => elsewhere.close());
      expect(await elsewhere.read(sha256)).toMatchObject(corrupt);
      expect(await elsewhere.check(sha256)).toMatchObject(corrupt);
      expect(await blobs.readOriginal(sha256)).toMatchObject(corrupt);
      await elsewhere.write(bytes('weights'));
      expect((await elsewhere.readOriginal(sha256)).ok).toBe(true);
    });

    it('whose copy on this machine was damaged or lost are as they were', async () => {
      const { blobs, originals } = await opened();
      const sha256 = await blobs.write(bytes('weights'));
      if ((await originals()).includes(blobs.path(sha256))) return;
      unwrap(await blobs.check(sha256));
      await writeFile(blobs.path(sha256), 'weightz');
      expect(Buffer.from(unwrap(await blobs.read(sha256))).toString()).toBe('weights');
      await rm(blobs.path(sha256));
      unwrap(await blobs.check(sha256));
      expect(await readFile(blobs.path(sha256), 'utf8')).toBe('weights');
    });

    it('that are not there are said not to be, and are gone when they are removed', async () => {
      const { blobs, originals } = await opened();
      const missing = hashOf(bytes('never written'));
      expect(await blobs.read(missing)).toMatchObject(corrupt);
      expect(await blobs.check(missing)).toMatchObject(corrupt);
      await blobs.remove(missing);
      const sha256 = await blobs.write(bytes('weights'));
      await blobs.remove(sha256);
      expect(await blobs.read(sha256)).toMatchObject(corrupt);
      expect(await originals()).toEqual([]);
    });

    it('are listed, all of them, with when they were written', async () => {
      const { blobs } = await opened();
      const before = Date.now() - 5000;
      const hashes = await Promise.all(
        Array.from({ length: 30 }, (_, index) => blobs.write(bytes(`${index}`))),
      );
      const listed = await Array.fromAsync(blobs.list());
      expect(listed.map(({ sha256 }) => sha256).sort()).toEqual(hashes.sort());
      for (const { writtenAt } of listed) {
        expect(writtenAt).toBeGreaterThan(before);
        expect(writtenAt).toBeLessThan(Date.now() + 5000);
      }
    });
  });
}
