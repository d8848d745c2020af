import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { circlesIn, code, type Import, imports, product, text } from './imports.ts';
import { root, tracked } from './tracked.ts';

/** What every part may import. */
const forAll: readonly string[] = ['src/result.ts', 'src/numbers.ts', 'src/random.ts'];

/** What each part of the program may import besides: only parts above it. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'src/result.ts': [],
  'src/listed-folder.ts': [],
  'src/files.ts': [],
  'src/write-whole.ts': [],
  'src/turns.ts': [],
  'src/method-names.ts': ['src/listed-folder.ts'],
  'src/format-names.ts': ['src/listed-folder.ts'],
  'src/recomputations.ts': [],
  'src/random.ts': [],
  'src/numbers.ts': [],
  'src/model-files.ts': [],
  'src/settings': ['src/method-names.ts', 'src/recomputations.ts'],
  'src/logged-error.ts': [],
  'src/printable.ts': [],
  'src/log.ts': ['src/settings', 'src/logged-error.ts', 'src/printable.ts'],
  'src/listening.ts': [],
  'src/concept.ts': [],
  'src/onnx/tensor.ts': [],
  'src/onnx': ['src/onnx/tensor.ts'],
  'src/safetensors.ts': ['src/onnx/tensor.ts'],
  'src/autodiff': ['src/recomputations.ts', 'src/onnx', 'src/onnx/tensor.ts'],
  'src/runtime': ['src/recomputations.ts', 'src/onnx', 'src/onnx/tensor.ts'],
  'src/optimizer': ['src/onnx/tensor.ts'],
  'src/pictures': [],
  'src/diffusion': [
    'src/model-files.ts',
    'src/files.ts',
    'src/recomputations.ts',
    'src/autodiff',
    'src/onnx',
    'src/onnx/tensor.ts',
    'src/pictures',
    'src/runtime',
  ],
  'src/models': [
    'src/model-files.ts',
    'src/files.ts',
    'src/diffusion',
    'src/onnx',
    'src/onnx/tensor.ts',
    'src/pictures',
    'src/runtime',
  ],
  'src/personalize': [
    'src/listed-folder.ts',
    'src/method-names.ts',
    'src/autodiff',
    'src/diffusion',
    'src/onnx',
    'src/onnx/tensor.ts',
    'src/optimizer',
    'src/pictures',
    'src/runtime',
    'src/safetensors.ts',
    'src/concept.ts',
  ],
  'src/interop/written.ts': [],
  'src/interop': [
    'src/model-files.ts',
    'src/interop/written.ts',
    'src/listed-folder.ts',
    'src/format-names.ts',
    'src/diffusion',
    'src/onnx',
    'src/onnx/tensor.ts',
    'src/personalize',
    'src/safetensors.ts',
    'src/concept.ts',
  ],
  'src/world': ['src/pictures'],
  'src/judges': [
    'src/model-files.ts',
    'src/diffusion',
    'src/onnx',
    'src/onnx/tensor.ts',
    'src/pictures',
    'src/runtime',
    'src/world',
  ],
  'src/evaluation': [
    'src/listed-folder.ts',
    'src/diffusion',
    'src/judges',
    'src/personalize',
    'src/world',
    'src/runtime',
    'src/pictures',
    'src/onnx',
    'src/onnx/tensor.ts',
    'src/safetensors.ts',
    'src/concept.ts',
    'src/method-names.ts',
  ],
  'src/pretrain': [
    'src/model-files.ts',
    'src/autodiff',
    'src/diffusion',
    'src/judges',
    'src/onnx',
    'src/onnx/tensor.ts',
    'src/optimizer',
    'src/personalize',
    'src/pictures',
    'src/world',
    'src/runtime',
    'src/safetensors.ts',
    'src/write-whole.ts',
  ],
  'src/parity': ['src/diffusion', 'src/onnx', 'src/onnx/tensor.ts', 'src/personalize', 'src/safetensors.ts'],
  'src/engine/protocol.ts': ['src/interop/written.ts', 'src/pictures', 'src/concept.ts'],
  'src/engine': [
    'src/diffusion',
    'src/engine/protocol.ts',
    'src/interop',
    'src/onnx',
    'src/onnx/tensor.ts',
    'src/personalize',
    'src/pictures',
    'src/runtime',
    'src/safetensors.ts',
    'src/concept.ts',
    'src/write-whole.ts',
  ],
  'src/jobs': ['src/turns.ts', 'src/engine/protocol.ts', 'src/interop/written.ts'],
  'src/monitoring': ['src/engine/protocol.ts', 'src/jobs', 'src/listening.ts', 'src/log.ts'],
  'model-store': [
    'src/files.ts',
    'src/onnx/tensor.ts',
    'src/safetensors.ts',
    'src/concept.ts',
    'src/write-whole.ts',
    'src/turns.ts',
  ],
  'src/studio': [
    'src/method-names.ts',
    'src/format-names.ts',
    'model-store',
    'src/interop/written.ts',
    'src/engine',
    'src/engine/protocol.ts',
    'src/jobs',
    'src/personalize',
    'src/pictures',
    'src/safetensors.ts',
    'src/concept.ts',
    'src/write-whole.ts',
    'src/turns.ts',
  ],
  commands: [
    'src/log.ts',
    'src/turns.ts',
    'src/listed-folder.ts',
    'src/format-names.ts',
    'src/method-names.ts',
    'model-store',
    'src/pictures',
    'src/studio',
    'src/concept.ts',
  ],
  adapters: ['commands', 'model-store', 'src/pictures', 'src/settings', 'src/studio', 'src/concept.ts'],
  'adapters/*': [
    'src/listening.ts',
    'adapters',
    'commands',
    'model-store',
    'src/pictures',
    'src/world',
    'src/settings',
    'src/studio',
    'src/concept.ts',
  ],
};

/** Packages that one place wraps for everybody else. */
const wrappedBy: Readonly<Record<string, readonly string[]>> = {
  'onnxruntime-node': ['src/runtime'],
  'discord.js': ['adapters/discord'],
  '@slack/bolt': ['adapters/slack'],
  hono: ['adapters/web'],
  '@fastify/busboy': ['adapters/web'],
  '@huggingface/hub': ['src/models'],
  bullmq: ['src/jobs/bullmq'],
  keyv: ['model-store'],
  'node:sqlite': ['model-store'],
  pino: ['src/log.ts'],
  'prom-client': ['src/monitoring'],
  sharp: ['src/pictures', 'src/pretrain', 'src/world'],
  ioredis: ['model-store', 'src/jobs/bullmq'],
  pg: ['model-store'],
  '@aws-sdk/client-s3': ['model-store'],
};

/** Files that are longer for a reason. */
const long: Readonly<Record<string, string>> = {
  'test/onnx/shape/specialize.test.ts': 'a case for each operator',
  'test/pictures/intake.test.ts': 'a case for each kind of file',
};

const inside = imports.filter(({ to }) => existsSync(join(root, to)));

/** The part of the program that a file belongs to; entry points belong to none, as they may import anything. */
function partOf(file: string): string | undefined {
  const adapter = /^adapters\/[^/]+(?=\/)/.exec(file)?.[0];
  return (
    adapter ??
    Object.keys(mayImport)
      .filter((part) => file === part || file.startsWith(`${part}/`))
      .sort()
      .at(-1)
  );
}

function isAllowed({ from, to }: Import): boolean {
  const [part, target] = [partOf(from), partOf(to)];
  if (part === undefined || part === target) return true;
  const allowed = mayImport[part] ?? mayImport['adapters/*']!;
  return target !== undefined && [...forAll, ...allowed].includes(target);
}

const shown = ({ from, to }: Import) => `${from} imports ${to}`;

test('imports run one way, from entry points through adapters, commands and the studio to the rest', () => {
  expect(inside.length).toBeGreaterThan(100);
  expect(inside.filter((line) => !isAllowed(line)).map(shown)).toEqual([]);
});

test('the allowed imports have no cycle: each part imports only parts above it', () => {
  const parts = Object.keys(mayImport);
  const upwards = parts.filter((part, at) =>
    mayImport[part]!.some((target) => !parts.slice(0, at).includes(target)),
  );
  expect(upwards).toEqual([]);
});

test('no file imports itself through others, be it for a type', () => {
  expect(circlesIn(inside.filter(({ from }) => product.includes(from)))).toEqual([]);
});

test('every product file belongs to a part, or is an entry point', () => {
  expect(product.filter((file) => partOf(file) === undefined && !/^(bin|scripts)\//.test(file))).toEqual([]);
});

test('nothing that ships imports a test or an entry point', () => {
  const wrong = inside.filter(
    ({ from, to }) =>
      to.startsWith('test/') ||
      (/^(bin|scripts)\//.test(to) && !from.startsWith('bin/') && dirname(from) !== dirname(to)),
  );
  expect(wrong.map(shown)).toEqual([]);
});

test.each(Object.entries(wrappedBy))('%s is imported in %s alone', (name, places) => {
  const users = imports.filter(({ to }) => to === name || to.startsWith(`${name}/`));
  const outside = users.filter(
    ({ from }) => !places.some((place) => from === place || from.startsWith(`${place}/`)),
  );
  expect(outside.map(shown)).toEqual([]);
});

test('every package that is imported is one that package.json asks for', () => {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const names = imports.filter(({ to }) => !to.startsWith('node:') && !existsSync(join(root, to)));
  const unknown = names.filter(({ to }) => !(/^(@[^/]+\/)?[^/]+/.exec(to)![0] in dependencies));
  expect(unknown.map(shown)).toEqual([]);
});

test('no file is longer than 300 lines without a reason', () => {
  const tooLong = code.filter((file) => text.get(file)!.split('\n').length > 301 && !(file in long));
  expect(tooLong).toEqual([]);
});

test('the type checker and the ban on any are switched off nowhere', () => {
  const switches = new RegExp(
    `@ts-(${'ignore'}|nocheck|expect-error)|biome-ignore-?\\w* lint/suspicious/noExplicit`,
  );
  expect(code.filter((file) => switches.test(text.get(file)!))).toEqual([]);
});

test('no tracked file names a folder of one machine or the address of a package registry', () => {
  const folders = ['work', 'root', 'home', 'Users', 'opt'].join('|');
  const banned = new RegExp(`(?<![\\w.~)}/-])/(${folders})/\\w|registry\\.\\w+\\.\\w+|"resolved${'"'}:`);
  const texts = tracked.filter((file) =>
    /\.(ts|mjs|js|json|md|py|html|css|svg|sh|yml)$|\/run$|rc$|example$/.test(file),
  );
  const offending = texts.filter((file) => banned.test(readFileSync(join(root, file), 'utf8')));
  expect(offending).toEqual([]);
});
