import { join } from 'node:path';
import { startRedis } from '../../fakes/servers/redis.ts';

/** What a bot and its workers share, with the settings by which they find it. */
export async function openShared(folder: string) {
  const redis = await startRedis();
  return {
    variables: {
      REDIS_URL: redis.url,
      STORE_URL: `${redis.url}/1`,
      BLOBS_URL: join(folder, 'shared'),
    },
    close: redis.stop,
  };
}
