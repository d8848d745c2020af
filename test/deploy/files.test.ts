import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { mostPictures } from '../../src/pictures/intake.ts';
import { unwrap } from '../../src/result.ts';
import { readSettings, settingNames } from '../../src/settings/settings.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const listed = (folder: string, pattern: RegExp) =>
  readdirSync(join(root, folder))
    .filter((name) => pattern.test(name))
    .map((name) => `${folder}/${name}`);
const dockerfiles = listed('deploy', /^Dockerfile/);
const units = listed('deploy/systemd', /\.service$/);
const compositions = listed('deploy', /^compose.*\.yml$/);
const schema = z
  .object({
    services: z.record(
      z.string(),
      z.object({
        image: z.string(),
        build: z.object({ context: z.literal('..'), dockerfile: z.string() }).optional(),
        pull_policy: z.string().optional(),
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
const compositionOf = (file: string) => schema.parse(parse(read(file), { merge: true }));
type Composition = z.infer<typeof schema>;
/** The services of Keepsake's own image, each with the Dockerfile that the image is built from. */
const oursOf = ({ services }: Composition) =>
  services
    .filter(([, { image }]) => image === 'keepsake')
    .map(([name, service]) => {
      const builders = services.filter(([, { image, build }]) => image === service.image && build);
      return [name, { ...service, dockerfile: builders[0]?.[1].build?.dockerfile ?? '' }] as const;
    });
/** Node's and glibc's: settings of Keepsake have all the other names. */
const foreign = ['NODE_ENV', 'MALLOC_ARENA_MAX', 'MALLOC_MMAP_THRESHOLD_'];

/** Seconds within which the process ends by itself. */
const { drainSeconds } = unwrap(readSettings({}, root));
const endsWithin = drainSeconds + 10;

/** The instructions of a Dockerfile, a line each, and for each what follows it. */
function instructions(file: string): readonly (readonly [string, string])[] {
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

const argumentsOf = (file: string, name: string) =>
  instructions(file)
    .filter(([one]) => one === name)
    .map(([, rest]) => rest);
const ignored = read('.dockerignore').trim().split('\n');

test('there is an image for the CPU and one for CUDA', () => {
  expect(dockerfiles).toEqual(['deploy/Dockerfile', 'deploy/Dockerfile.cuda']);
});

test.each(dockerfiles)(
  '%s copies what is there, and starts what is there, as nobody in particular',
  (file) => {
    expect(instructions(file).map(([name]) => name)).not.toContain('');
    const copied = argumentsOf(file, 'COPY')
      .filter((rest) => !rest.startsWith('--from='))
      .flatMap((rest) => rest.split(' ').slice(0, -1));
    expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    expect(copied.filter((path) => ignored.includes(path))).toEqual([]);
    const command = JSON.parse(argumentsOf(file, 'CMD').at(-1) ?? '[]') as string[];
    expect(command[0]).toBe('node');
    expect(existsSync(join(root, command.at(-1)!))).toBe(true);
    expect(Number(argumentsOf(file, 'USER').at(-1)?.split(':')[0])).toBeGreaterThan(0);
  },
);

test.each(dockerfiles)('%s sets only settings, and looks at the port that it opens', (file) => {
  const set = argumentsOf(file, 'ENV').flatMap((rest) => rest.split(' ').map((pair) => pair.split('=')));
  expect(
    set.map(([name = '']) => name).filter((name) => ![...settingNames, ...foreign].includes(name)),
  ).toEqual([]);
  const variables = Object.fromEntries(set) as Record<string, string>;
  const { monitoring, dataDir } = unwrap(readSettings(variables, root));
  expect(argumentsOf(file, 'HEALTHCHECK')[0]).toContain(`127.0.0.1:${monitoring?.port}/healthz`);
  expect(argumentsOf(file, 'VOLUME')).toEqual([dataDir]);
});

test.each(dockerfiles)('%s is not built where any program of a pipe has failed', (file) => {
  const names = instructions(file).map(([name]) => name);
  const piped = instructions(file).findIndex(([name, rest]) => name === 'RUN' && / \| /.test(rest));
  if (piped < 0) return;
  const stage = names.lastIndexOf('FROM', piped);
  const shells = instructions(file)
    .slice(stage, piped)
    .filter(([name]) => name === 'SHELL');
  expect(shells.map(([, rest]) => JSON.parse(rest) as string[]).at(-1)).toContain('pipefail');
});

test('the image for CUDA is the one that the documents tell of, with cuDNN, and the libraries are fetched by the name that the runtime has for them', () => {
  const file = 'deploy/Dockerfile.cuda';
  const [image = ''] = argumentsOf(file, 'ARG');
  const [, cuda = ''] = /^CUDA_IMAGE=nvidia\/cuda:(\d+)\.\S+-cudnn-runtime-/.exec(image) ?? [];
  expect(argumentsOf(file, 'FROM').at(-1)).toContain('{CUDA_IMAGE}');
  for (const source of [read(file), read('bin/setup-gpu.ts')])
    expect(source).toContain('--onnxruntime-node-install=cuda12');
  const metadata = read('node_modules/onnxruntime-node/script/install-metadata.js');
  // The name of the libraries, whichever CUDA they are linked with.
  expect(metadata).toContain("'linux/x64:cuda12'");
  expect(read('docs/deploy.md')).toContain(`NVIDIA's image has CUDA ${cuda} and cuDNN 9`);
});

test.each([
  ['as few heaps', 'MALLOC_ARENA_MAX'],
  ['as small blocks that go back to the system', 'MALLOC_MMAP_THRESHOLD_'],
])('every way to start it gives it %s as npm start does', (_, name) => {
  const [, value] = new RegExp(`${name}: '(\\d+)'`).exec(read('scripts/launch.mjs')) ?? [];
  expect(value).toBeDefined();
  const files = [...dockerfiles, ...units];
  expect(files.filter((file) => !new RegExp(`\\b${name}=${value}\\b`).test(read(file)))).toEqual([]);
});

test('what an image must not have stays out of it, and no backup is made where it is built from', () => {
  expect(read('docs/deploy.md')).not.toContain('$PWD');
  for (const path of ['.env', '.git', 'backups', 'data', 'node_modules']) expect(ignored).toContain(path);
});

test.each(compositions)(
  '%s builds services from what is there, sets only settings, and gives them the time to end',
  (file) => {
    const ours = oursOf(compositionOf(file));
    expect(ours.length).toBeGreaterThan(0);
    for (const [name, { dockerfile, command, environment, stop_grace_period: grace = '0s' }] of ours) {
      expect(dockerfiles, name).toContain(dockerfile);
      if (command) expect(existsSync(join(root, command.at(-1)!)), name).toBe(true);
      expect(Object.keys(environment).filter((key) => !settingNames.includes(key))).toEqual([]);
      expect(readSettings(environment, root)).toMatchObject({ ok: true });
      expect(Number(/^(\d+)s$/.exec(grace)?.[1]), name).toBeGreaterThan(endsWithin);
    }
  },
);

test.each(compositions)('%s opens ports to this machine alone, and what it names is there', (file) => {
  const { services, volumes: known, networks: wired } = compositionOf(file);
  const names = services.map(([name]) => name);
  for (const [name, { ports, volumes, networks, depends_on: needed }] of services) {
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
    const kept = volumes.map((volume) => volume.split(':')[0]!);
    expect(kept.filter((volume) => !known.includes(volume))).toEqual([]);
    expect(networks.filter((network) => !wired.includes(network))).toEqual([]);
    expect(Object.keys(needed).filter((one) => !names.includes(one) || one === name)).toEqual([]);
  }
});

test('the bot and the workers of a composition share what is kept, and reach it by the names that its services have', () => {
  const composition = compositionOf('deploy/compose.workers.yml');
  const { services } = composition;
  const ours = oursOf(composition);
  expect(ours.map(([name]) => name)).toEqual(['bot', 'worker']);
  const shared = ours.map(([, { environment, volumes, networks }]) => {
    const { redisUrl = '', storeUrl = '', blobs } = unwrap(readSettings(environment, root));
    const hosts = [redisUrl, storeUrl].map((url) => new URL(url).hostname);
    for (const host of hosts) {
      const [, reached] = services.find(([name]) => name === host)!;
      expect(reached.networks.filter((network) => networks.includes(network))).not.toEqual([]);
    }
    const folder = blobs && 'folder' in blobs ? blobs.folder : '';
    return { redisUrl, storeUrl, folder: volumes.find((volume) => volume.endsWith(`:${folder}`)) };
  });
  expect(shared[0]).toEqual(shared[1]);
  expect(shared[0]?.folder).toBeDefined();
  expect(ours[1]![1].command?.at(-1)).toBe('bin/worker.ts');
});

test.each(compositions)(
  '%s opens the ports that its settings have the bot listen on, whatever .env has',
  (file) => {
    for (const [name, { ports, environment }] of oursOf(compositionOf(file))) {
      const written = { PORT: '4000', METRICS_PORT: '4001', ...environment };
      const { port, monitoring } = unwrap(readSettings(written, root));
      const inside = ports.map((mapping) => Number(mapping.split(':').at(-1)));
      expect(inside, name).toEqual(name === 'bot' ? [port, monitoring?.port] : []);
    }
  },
);

test('docs/deploy.md publishes the chat of a container that is started by itself, to the machine alone', () => {
  const page = read('docs/deploy.md').replaceAll('\\\n', '');
  const [started = ''] = page.match(/^docker run -d .*$/m) ?? [];
  expect(started).toContain(' -p 127.0.0.1:3000:3000 ');
  const { host, monitoring } = unwrap(
    readSettings(
      Object.fromEntries(
        argumentsOf('deploy/Dockerfile', 'ENV').flatMap((rest) =>
          rest.split(' ').map((pair) => pair.split('=')),
        ),
      ),
      root,
    ),
  );
  expect([host, monitoring?.host]).toEqual(['0.0.0.0', '0.0.0.0']);
  for (const name of ['HOST', 'METRICS_HOST']) expect(page).toContain(`\`-e ${name}=127.0.0.1\``);
});

test.each(compositions)('%s builds an image once, and fetches none that it builds', (file) => {
  const { services } = compositionOf(file);
  const built = services.flatMap(([, { image, build }]) => (build ? [image] : []));
  expect(built).toEqual([...new Set(built)]);
  const others = services.filter(([, { image, build }]) => built.includes(image) && !build);
  for (const [name, { pull_policy }] of others) expect(pull_policy, name).toBe('never');
});

test('a worker of a composition has no token of a platform, whatever .env has', () => {
  const { services } = compositionOf('deploy/compose.workers.yml');
  const [, { environment }] = services.find(([name]) => name === 'worker')!;
  const written = {
    DISCORD_TOKEN: 'discord-token',
    SLACK_BOT_TOKEN: 'xoxb-token',
    SLACK_APP_TOKEN: 'xapp-token',
    SLACK_SIGNING_SECRET: 'signing',
    SLACK_CLIENT_ID: '111.222',
    SLACK_CLIENT_SECRET: 'client',
    SLACK_ENCRYPTION_KEY: '0'.repeat(64),
  };
  const settings = unwrap(readSettings({ ...written, ...environment }, root));
  expect([settings.discord, settings.slack]).toEqual([undefined, undefined]);
  expect(settings.secrets.filter((secret) => Object.values(written).includes(secret))).toEqual([]);
});

test('workers of a composition share base models where MODEL is looked for, in a folder that the image gives its user', () => {
  const [, { environment, volumes, dockerfile }] = oursOf(compositionOf('deploy/compose.workers.yml')).find(
    ([name]) => name === 'worker',
  )!;
  const { modelsDir } = unwrap(readSettings(environment, root));
  expect(volumes).toContain(`models:${modelsDir}`);
  for (const file of [dockerfile, 'deploy/Dockerfile.cuda'])
    expect(argumentsOf(file, 'RUN').join()).toMatch(new RegExp(`install -d -o 1000 .*${modelsDir}\\b`));
});

/** The values of a name in a unit. */
const valuesOf = (unit: string, name: string) =>
  [...read(unit).matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value = '']) => value);

test.each(units)(
  '%s starts what is there, sets only settings, and gives the time that it needs to end',
  (unit) => {
    const [command = ''] = valuesOf(unit, 'ExecStart');
    expect(existsSync(join(root, command.split(' ').at(-1)!))).toBe(true);
    const set = valuesOf(unit, 'Environment').map((pair) => pair.split('=')[0]!);
    expect(set.filter((name) => ![...settingNames, ...foreign].includes(name))).toEqual([]);
    expect(Number(valuesOf(unit, 'TimeoutStopSec')[0])).toBeGreaterThan(endsWithin);
    expect(valuesOf(unit, 'KillMode'), 'the engine is left to the bot').toEqual(['mixed']);
    expect(valuesOf(unit, 'MemoryDenyWriteExecute'), 'Node compiles as it runs').toEqual([]);
  },
);

test.each(compositions)(
  '%s has every process of ours keep its own where the image has a volume for it',
  (file) => {
    for (const [name, { dockerfile, environment }] of oursOf(compositionOf(file)))
      expect([environment.DATA_DIR], name).toEqual(argumentsOf(dockerfile, 'VOLUME'));
  },
);

test.each(units)('%s can be given the shared folder that docs/scaling.md has for an example', (unit) => {
  const [, folder] = /`BLOBS_URL=(\/[^`]+)`/.exec(read('docs/scaling.md')) ?? [];
  expect(folder).toBeDefined();
  expect(valuesOf(unit, 'ProtectSystem')).toEqual(['strict']);
  for (const name of ['ReadWritePaths', 'RequiresMountsFor'])
    expect(valuesOf(unit, `#${name}`), name).toEqual([folder]);
});

test('docs/deploy.md looks after what the services keep where they keep it, by programs that are there', () => {
  const commands = read('docs/deploy.md').match(/^(sudo -u|docker compose .* run) .*$/gm) ?? [];
  expect(commands.length).toBeGreaterThan(4);
  const [bot = ''] = units.filter((unit) => unit.endsWith('/keepsake.service'));
  for (const command of commands) {
    const [, program = ''] = /node --disable-warning=ExperimentalWarning (bin\/\w+\.ts) /.exec(command) ?? [];
    expect(existsSync(join(root, program)) && program, command).toMatch(/^bin/);
    if (command.startsWith('sudo'))
      expect(command).toContain(`-u ${valuesOf(bot, 'User')[0]} env ${valuesOf(bot, 'Environment')[0]} `);
  }
});

test('the proxy of docs/deploy.md lets through what the chat takes, and the name with its port', () => {
  const page = read('docs/deploy.md');
  const [, megabytes] = /client_max_body_size (\d+)m;/.exec(page) ?? [];
  const { maxPictureBytes } = unwrap(readSettings({}, root));
  expect(Number(megabytes) * 2 ** 20).toBeGreaterThan(mostPictures * maxPictureBytes + 2 ** 20);
  expect(page).toContain('proxy_set_header Host $http_host;');
});

test('docs/deploy.md explains every file of the folder', () => {
  const page = read('docs/deploy.md');
  const files = [...dockerfiles, ...units, ...compositions, 'deploy/grafana/keepsake.json', '.dockerignore'];
  expect(files.filter((file) => !page.includes(file))).toEqual([]);
});
