import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { OpenPlaces } from '../../../model-store/open-places.ts';
import { unwrap } from '../../../src/result.ts';
import { bytes } from '../sample.ts';

/** Where parcels are, emptied: opened once for each machine, and the paths of those that are there. */
export interface ParcelPlace {
  open(): Promise<OpenPlaces>;
  lying(): Promise<readonly string[]>;
}

/** What every place of files promises of parcels. */
export function testParcels(name: string, fresh: () => Promise<ParcelPlace>): void {
  const opened = async () => {
    const place = await fresh();
    const open = async () => {
      const one = await place.open();
      onTestFinished(() => one.blobs.close());
      return one;
    };
    return { ...place, open, ...(await open()) };
  };

  describe(`parcels in ${name}`, () => {
    it('come as they were sent, to every machine, until somebody removes them', async () => {
      const { parcels, open, lying } = await opened();
      const sent = [randomBytes(300_000), bytes('pictures'), bytes('pictures')];
      const names = await Promise.all(sent.map(parcels.send));
      const elsewhere = (await open()).parcels;
      for (const [index, parcel] of names.entries())
        expect(Buffer.from((await elsewhere.open(parcel))!)).toEqual(Buffer.from(sent[index]!));
      await elsewhere.remove(names[1]!);
      expect([await parcels.open(names[1]!), (await parcels.open(names[2]!))?.length]).toEqual([
        undefined,
        8,
      ]);
      for (const parcel of names) await parcels.remove(parcel);
      expect(await lying()).toEqual([]);
    });

    it('that are damaged are none, and neither is what has not the name of one', async () => {
      const { parcels, blobs, lying } = await opened();
      const parcel = await parcels.send(bytes('pictures'));
      const [file] = await lying();
      await writeFile(file!, 'picturez');
      expect(await parcels.open(parcel)).toBeUndefined();
      const sha256 = await blobs.write(bytes('weights'));
      const outside = `../${sha256.slice(0, 2)}/${sha256.slice(2)}`;
      expect(await parcels.open(outside)).toBeUndefined();
      await parcels.remove(outside);
      unwrap(await blobs.readOriginal(sha256));
    });

    it('are swept by their age alone, and are no files of concepts', async () => {
      const { parcels, blobs } = await opened();
      const parcel = await parcels.send(bytes('pictures'));
      const sha256 = await blobs.write(bytes('weights'));
      expect((await Array.fromAsync(blobs.list())).map((one) => one.sha256)).toEqual([sha256]);
      const later = Date.now() + 3_600_000;
      await blobs.removeDrafts(later, () => {});
      await parcels.sweep(Date.now() - 3_600_000);
      expect(await parcels.open(parcel)).toBeDefined();
      await parcels.sweep(later);
      expect(await parcels.open(parcel)).toBeUndefined();
      unwrap(await blobs.readOriginal(sha256));
    });
  });
}
