// What is in deploy/, as the tests of this folder read it.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { unwrap } from '../../src/result.ts';
import { readSettings } from '../../src/settings/settings.ts';

export const root = join(import.meta.dirname, '../..');
export const read = (file: string) => readFileSync(join(root, file), 'utf8');
const listed = (folder: string, pattern: RegExp) =>
  readdirSync(join(root, folder))
    .filter((name) => pattern.test(name))
    .map((name) => `${folder}/${name}`);
export const dockerfiles = listed('deploy', /^Dockerfile/);
export const units = listed('deploy/systemd', /\.service$/);
export const compositions = listed('deploy', /^compose.*\.yml$/);
const schema = z
  .object({
    services: z.record(
      z.string(),
      z.object({
        image: z.string(),
        build: z.object({ context: z.literal('..'), dockerfile: z.string() }).optional(),
        pull_policy: z.string().optional(),
        cap_drop: z.array(z.string()).default([]),
        security_opt: z.array(z.string()).default([]),
        command: z.array(z.string()).optional(),
        stop_grace_period: z.string().optional(),
        environment: z.record(z.string(), z.string()).default({}),
        networks: z.array(z.string()).default(['default']),
        ports: z.array(z.string()).default([]),
        volumes: z.array(z.string()).default([]),
        depends_on: z.record(z.string(), z.unknown()).default({}),
      }),
    ),
    volumes: z.record(z.string(), z.null()),
    networks: z.record(z.string(), z.unknown()).default({}),
  })
  .transform(({ services, volumes, networks }) => ({
    services: Object.entries(services),
    volumes: Object.keys(volumes),
    networks: ['default', ...Object.keys(networks)],
  }));
export const compositionOf = (file: string) => schema.parse(parse(read(file), { merge: true }));
type Composition = z.infer<typeof schema>;
/** The services of Keepsake's own image, each with the Dockerfile that the image is built from. */
export const oursOf = ({ services }: Composition) =>
  services
    .filter(([, { image }]) => image === 'keepsake')
    .map(([name, service]) => {
      const builders = services.filter(([, { image, build }]) => image === service.image && build);
      return [name, { ...service, dockerfile: builders[0]?.[1].build?.dockerfile ?? '' }] as const;
    });
/** Node's and glibc's: settings of Keepsake have all the other names. */
export const foreign = ['NODE_ENV', 'MALLOC_ARENA_MAX', 'MALLOC_MMAP_THRESHOLD_'];

/** Seconds within which the process ends by itself. */
const { drainSeconds } = unwrap(readSettings({}, root));
export const endsWithin = drainSeconds + 10;

/** The instructions of a Dockerfile, a line each, and for each what follows it. */
export function instructions(file: string): readonly (readonly [string, string])[] {
  const lines = read(file)
    .replaceAll(/\\\n\s*/g, '')
    .split('\n');
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name = '', rest = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
      return [name, rest] as const;
    });
}

export const argumentsOf = (file: string, name: string) =>
  instructions(file)
    .filter(([one]) => one === name)
    .map(([, rest]) => rest);
/** What an image is built without. */
export const ignored = read('.dockerignore').trim().split('\n');

/** The values of a name in a unit. */
export const valuesOf = (unit: string, name: string) =>
  [...read(unit).matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value = '']) => value);
