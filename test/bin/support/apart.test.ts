import { expect, test } from 'vitest';
import { apart } from '../../../bin/support/apart.ts';
import { placesOf } from '../../../bin/support/places-of.ts';
import { unwrap } from '../../../src/result.ts';
import { readSettings } from '../../../src/settings/settings.ts';

test('a demo or a measurement beside bots and workers keeps nothing where they do, and asks neither a worker nor a caption service', () => {
  const shared = unwrap(
    readSettings(
      {
        REDIS_URL: 'redis://jobs.example',
        STORE_URL: 'postgres://keepsake@db.example/keepsake',
        BLOBS_URL: 's3://keepsake',
        CAPTION_URL: 'https://captions.example/v1',
        METHOD: 'c-lora',
      },
      '/srv/keepsake',
    ),
  );
  const own = apart(shared, '/tmp/demo');
  expect(placesOf(own)).toEqual({ folder: '/tmp/demo' });
  expect(own).not.toHaveProperty('redisUrl');
  expect(own).not.toHaveProperty('caption');
  expect(own.method).toBe('c-lora');
});
