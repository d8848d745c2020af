import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { unwrap } from '../../src/result.ts';
import { readSettings, settingNames } from '../../src/settings/settings.ts';
import {
  argumentsOf,
  dockerfiles,
  endsWithin,
  foreign,
  ignored,
  instructions,
  read,
  root,
  units,
  valuesOf,
} from './project.ts';

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

test.each(units)('%s can be given the shared folder that docs/scaling.md has for an example', (unit) => {
  const [, folder] = /`BLOBS_URL=(\/[^`]+)`/.exec(read('docs/scaling.md')) ?? [];
  expect(folder).toBeDefined();
  expect(valuesOf(unit, 'ProtectSystem')).toEqual(['strict']);
  for (const name of ['ReadWritePaths', 'RequiresMountsFor'])
    expect(valuesOf(unit, `#${name}`), name).toEqual([folder]);
});

test.each(units)('%s takes from the process what neither Node nor the engine needs', (unit) => {
  const taken = [
    'NoNewPrivileges',
    'ProtectHome',
    'ProtectHostname',
    'ProtectKernelLogs',
    'ProtectKernelModules',
  ];
  const more = [
    'LockPersonality',
    'PrivateTmp',
    'RestrictNamespaces',
    'RestrictRealtime',
    'RestrictSUIDSGID',
  ];
  for (const name of [...taken, ...more]) expect(valuesOf(unit, name), name).toEqual(['yes']);
  expect(valuesOf(unit, 'SystemCallArchitectures')).toEqual(['native']);
  expect(valuesOf(unit, 'RestrictAddressFamilies')[0]?.split(' ').sort()).toEqual([
    'AF_INET',
    'AF_INET6',
    'AF_NETLINK',
    'AF_UNIX',
  ]);
});
