import { globSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3Options } from '../../../model-store/drivers/bucket.ts';
import { freePort, serverProcess } from './process.ts';

/** A server of another's making that speaks S3, with one empty bucket. */
export interface S3Server {
  /** How to reach its bucket, under a prefix of one's own. */
  options(prefix?: string): S3Options;
  /** Paths of the files that it keeps objects in, found without it. */
  objects(): readonly string[];
  stop(): Promise<void>;
}

const bucket = 'keepsake';
const script = `
  const S3rver = require('@20minutes/s3rver');
  new S3rver(JSON.parse(process.argv[1])).run().then(() => console.log('listening'));`;

/**
 * Starts s3rver: the fork that is kept up to date, for the first has not changed since 2021. It hands out pages of listings under a cipher that
 * OpenSSL keeps for old programs alone, and reckons the signature of a listing in another way than Amazon, which it is told to let pass.
 */
export async function startS3(): Promise<S3Server> {
  const directory = await mkdtemp(join(tmpdir(), 'keepsake-s3-'));
  const port = await freePort();
  const options = {
    address: '127.0.0.1',
    port,
    directory,
    silent: true,
    vhostBuckets: false,
    allowMismatchedSignatures: true,
    configureBuckets: [{ name: bucket, configs: [] }],
  };
  const server = serverProcess({
    command: process.execPath,
    args: ['--openssl-legacy-provider', '--eval', script, JSON.stringify(options)],
    ready: /listening/,
    stopSignal: 'SIGTERM',
  });
  await server.start();
  return {
    options: (prefix = '') => ({
      url: `s3://${bucket}/${prefix}`,
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
    }),
    objects: () => globSync(join(directory, bucket, '**/*._S3rver_object')),
    async stop() {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
