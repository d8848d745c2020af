import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mostPictures } from '../../src/pictures/intake.ts';
import { unwrap } from '../../src/result.ts';
import { readSettings } from '../../src/settings/settings.ts';
import { argumentsOf, compositions, dockerfiles, read, root, units, valuesOf } from './project.ts';

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

test('docs/deploy.md updates a service while it is stopped, and fetches the CUDA libraries after npm ci took them away', () => {
  const [, section = ''] = read('docs/deploy.md').split('\n## Updating\n');
  const [, block = ''] = section.split('```');
  const steps = ['systemctl stop', 'git pull', 'npm ci', 'npm run setup:gpu', 'register', 'systemctl start'];
  const places = steps.map((step) => block.indexOf(step));
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
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
