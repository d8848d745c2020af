import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { hashOf, openBlobs } from '../../../model-store/blobs.ts';
import { cacheIn } from '../../../model-store/cached-blobs.ts';
import { type Bucket, openBucket } from '../../../model-store/drivers/bucket.ts';
import { openMemory } from '../../../model-store/drivers/memory.ts';
import { blobsIn } from '../../../model-store/drivers/s3.ts';
import { openPlaces } from '../../../model-store/open-places.ts';
import { backUp } from '../../../model-store/upkeep/backup.ts';
import { restore } from '../../../model-store/upkeep/restore.ts';
import { filesUnder } from '../../../src/files.ts';
import { unwrap } from '../../../src/result.ts';
import { type S3Server, startS3 } from '../../fakes/servers/s3.ts';
import { bytes, scratchFolder, stored, storeIn } from '../sample.ts';
import { testBlobs } from './blobs-suite.ts';
import { testParcels } from './parcels-suite.ts';

let server: S3Server;
beforeAll(async () => {
  server = await startS3();
});
afterAll(() => server.stop());

const limits = { bytes: 1e9, age: 3_600_000 };
let prefixes = 0;

async function open(prefix: string, pageSize?: number) {
  const cache = await cacheIn(openBlobs(await scratchFolder()), limits, () => {});
  const options = { ...server.options(prefix), ...(pageSize !== undefined && { pageSize }) };
  return blobsIn(await openBucket(options), cache);
}

/** The bucket of a stand-in that lists nothing and answers all else as `answer` does. */
async function bucketOf(answer: RequestListener, silentMilliseconds?: number): Promise<Bucket> {
  const service = createServer((request, response) => {
    if (request.url?.includes('list-type')) response.end('<ListBucketResult></ListBucketResult>');
    else answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(service, 'listening');
  const { port } = service.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  const bucket = await openBucket({
    ...server.options(),
    endpoint,
    ...(silentMilliseconds !== undefined && { silentMilliseconds }),
  });
  onTestFinished(() => {
    bucket.close();
    service.closeAllConnections();
    service.close();
  });
  return bucket;
}

testBlobs('a bucket', async () => {
  const prefix = `deep/${++prefixes}`;
  return {
    open: () => open(prefix),
    originals: async () => server.objects().filter((path) => path.includes(`/${prefix}/`)),
  };
});

testBlobs('a folder', async () => {
  const folder = await scratchFolder();
  return {
    open: async () => openBlobs(folder),
    originals: async () => (await filesUnder(folder)).map((path) => join(folder, path)),
  };
});

testParcels('a bucket', async () => {
  const prefix = `parcels/${++prefixes}`;
  return {
    open: async () => openPlaces({ folder: await scratchFolder(), blobs: server.options(prefix) }),
    lying: async () => server.objects().filter((path) => path.includes(`/${prefix}/parcels/`)),
  };
});

testParcels('a folder', async () => {
  const folder = await scratchFolder();
  return {
    open: async () => openPlaces({ folder: await scratchFolder(), blobs: { folder } }),
    lying: async () =>
      (await filesUnder(join(folder, 'parcels'))).map((path) => join(folder, 'parcels', path)),
  };
});

test('more files than one answer lists are listed, and those of other prefixes are not', async () => {
  const blobs = await open('many', 5);
  const others = await open('many-more');
  await others.write(bytes('other'));
  const hashes = await Promise.all(Array.from({ length: 12 }, (_, at) => blobs.write(bytes(`${at}`))));
  const listed = await Array.fromAsync(blobs.list());
  expect(listed.map(({ sha256 }) => sha256).sort()).toEqual(hashes.sort());
  await blobs.close();
  await others.close();
});

test('a bucket that is not there is said not to be', async () => {
  const options = { ...server.options(), url: 's3://nowhere' };
  await expect(openBucket(options)).rejects.toThrow('The bucket at BLOBS_URL cannot be used');
});

test('what is large of a job is in the bucket, for every machine, and goes with the job', async () => {
  const storage = openMemory();
  const machine = async () =>
    storeIn(await scratchFolder(), {
      storage: { ...storage, close: async () => {} },
      blobs: server.options('jobs'),
    });
  const [one, other] = [await machine(), await machine()];
  const checkpoint = new Uint8Array(100_000).fill(7);
  await one.ledger.write('a', 'job1', { order: {}, checkpoint });
  expect(new Uint8Array((await other.ledger.read('a', 'job1', 'checkpoint')) as Uint8Array)).toEqual(
    checkpoint,
  );
  const lying = () => server.objects().filter((path) => path.includes('/jobs/job-files/'));
  expect(lying()).toHaveLength(1);
  await other.concepts.erase('a');
  expect(lying()).toEqual([]);
});

test('a bucket that is full is told of as that, by whatever the service calls it', async () => {
  const answers: readonly (readonly [number, string])[] = [
    [403, 'QuotaExceeded'],
    [400, 'XMinioAdminBucketQuotaExceeded'],
    [507, 'SomethingElse'],
    [403, 'AccessDenied'],
  ];
  for (const [status, code] of answers) {
    const bucket = await bucketOf((_, response) => {
      response.setHeader('content-type', 'application/xml');
      response.writeHead(status).end(`<Error><Code>${code}</Code></Error>`);
    });
    const writing = bucket.write('name', bytes('x'), hashOf(bytes('x')));
    const expected = code === 'AccessDenied' ? { name: code } : { problem: { code: 'storage-full' } };
    await expect(writing, code).rejects.toMatchObject(expected);
  }
});

test('a bucket that takes what it is asked and never answers is asked four times and then given up', async () => {
  const asked: unknown[] = [];
  const bucket = await bucketOf(({ method }) => void asked.push(method), 300);
  const fails = (asking: Promise<unknown>) => expect(asking).rejects.toThrow(/timed out/);
  const large = new Uint8Array(3 * 2 ** 20);
  await Promise.all([
    fails(bucket.size('name')),
    fails(bucket.read('name')),
    fails(bucket.write('name', large, hashOf(large))),
    fails(bucket.remove('name')),
  ]);
  expect(asked.sort()).toEqual(['DELETE', 'GET', 'HEAD', 'PUT'].flatMap((method) => Array(4).fill(method)));
});

test('a file that stops coming on its way from a bucket is given up', async () => {
  const bucket = await bucketOf((_, response) => {
    response.writeHead(200, { 'content-length': 10 }).write('half');
  }, 300);
  await expect(bucket.read('name')).rejects.toThrow(/timed out/);
});

test('a large file may take long on its way into a bucket, as long as it goes on', async () => {
  const large = new Uint8Array(20 * 2 ** 20);
  let taken = 0;
  const bucket = await bucketOf(async (request, response) => {
    for await (const chunk of request) {
      taken += chunk.length;
      await pause(8);
    }
    response.end();
  }, 1000);
  await bucket.write('name', large, hashOf(large));
  expect(taken).toBe(large.length);
});

test('a store keeps its concepts in a bucket, is backed up from it and restored into another', async () => {
  const storage = openMemory();
  const folder = await scratchFolder();
  const store = await storeIn(folder, { storage, blobs: server.options('store') });
  const { blob } = await stored(store, 'a', 'dog');
  const kept = server.objects().filter((path) => path.includes('/store/'));
  expect(kept).toHaveLength(2);
  const file = join(await scratchFolder(), 'backup');
  await backUp(await openPlaces({ folder, blobs: server.options('store') }, { storage }), folder, file);
  unwrap(await store.concepts.forget('a', '<new1>'));
  expect(server.objects().filter((path) => path.includes('/store/'))).toEqual([]);
  const again = join(await scratchFolder(), 'again');
  await restore(file, { folder: again, blobs: server.options('again') });
  const restored = await storeIn(again, { blobs: server.options('again') });
  expect((await restored.concepts.list('a')).map((concept) => concept.blob)).toEqual([blob]);
  expect(unwrap(await restored.concepts.readBlob(blob))).toEqual(Buffer.from('weights of dog'));
});
