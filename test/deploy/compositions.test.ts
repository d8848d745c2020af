import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { unwrap } from '../../src/result.ts';
import { readSettings, settingNames } from '../../src/settings/settings.ts';
import {
  argumentsOf,
  compositionOf,
  compositions,
  dockerfiles,
  endsWithin,
  oursOf,
  root,
} from './project.ts';

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

test.each(compositions)(
  '%s has every process of ours keep its own where the image has a volume for it',
  (file) => {
    for (const [name, { dockerfile, environment }] of oursOf(compositionOf(file)))
      expect([environment.DATA_DIR], name).toEqual(argumentsOf(dockerfile, 'VOLUME'));
  },
);

test.each(compositions)(
  '%s leaves no process of ours any right of the machine, nor a way to get one',
  (file) => {
    for (const [name, { cap_drop, security_opt }] of oursOf(compositionOf(file)))
      expect({ cap_drop, security_opt }, name).toEqual({
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      });
  },
);
