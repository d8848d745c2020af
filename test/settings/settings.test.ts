import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { unwrap } from '../../src/result.ts';
import { loadSettings, readSettings, settingNames } from '../../src/settings/settings.ts';

const folder = resolve('/somewhere');
const example = await readFile(join(import.meta.dirname, '../../.env.example'), 'utf8');
const secretLike: Readonly<Record<string, string>> = {
  SLACK_BOT_TOKEN: 'xoxb-hunter',
  SLACK_APP_TOKEN: 'xapp-hunter',
  SLACK_ENCRYPTION_KEY: `${'ab'.repeat(31)}c`,
};
const documented = [...example.matchAll(/^#([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(([, name = '', value = '']) => ({
  name,
  value,
}));

test('.env.example documents every setting and no other', () => {
  expect(documented.map(({ name }) => name).sort()).toEqual([...settingNames].sort());
});

test('the defaults in .env.example are the defaults', () => {
  const asDocumented = Object.fromEntries(documented.map(({ name, value }) => [name, value]));
  expect(unwrap(readSettings(asDocumented, folder))).toEqual(unwrap(readSettings({}, folder)));
  const service = { CAPTION_URL: 'https://captions.example/v1' };
  expect(unwrap(readSettings({ ...asDocumented, ...service }, folder))).toEqual(
    unwrap(readSettings(service, folder)),
  );
});

test('.env.example tells the unit of every setting', () => {
  for (const { name } of documented) {
    const paragraph = example.split('\n\n').find((part) => part.includes(`\n#${name}=`));
    expect(paragraph, name).toMatch(/Unit: \S/);
  }
});

test('folders are absolute, seen from the given folder', () => {
  const settings = unwrap(readSettings({ DATA_DIR: 'kept', MODEL_DIR: resolve('/models/a') }, folder));
  expect(settings.dataDir).toBe(join(folder, 'kept'));
  expect(settings.modelDir).toBe(resolve('/models/a'));
});

test('a kept model is chosen by its name, or any by its folder, but not both', () => {
  const { modelDir, modelsDir } = unwrap(readSettings({ DATA_DIR: 'kept', MODEL: 'sd-1.5' }, folder));
  expect([modelDir, modelsDir]).toEqual([join(folder, 'kept/models/sd-1.5'), join(folder, 'kept/models')]);
  expect(unwrap(readSettings({}, folder)).modelDir).toBe(join(folder, 'model-store/sketchbook'));
  for (const wrong of [{ MODEL: '../sd' }, { MODEL: 'sd', MODEL_DIR: 'sd' }])
    expect(readSettings(wrong, folder)).toMatchObject({ problem: { code: 'invalid-option' } });
});

test('a wrong value is named with what it was and what it must be', () => {
  for (const [name, value, must] of [
    ['PORT', '80a', 'a whole number from 0 to 65535'],
    ['PORT', '70000', 'a whole number from 0 to 65535'],
    ['PROVIDER', 'gpu', 'auto, cuda or cpu'],
    ['HOST', 'not a host', 'a host name or an address'],
    ['ALLOWED_HOSTS', 'a b', 'host names with commas between them, each with its port where it has one'],
    [
      'METHOD',
      'lora',
      'one of c-lora, cns, cns-everywhere, custom-diffusion, mix-of-show, orthogonal-adaptation, textual-inversion',
    ],
    [
      'SERVER_METHODS',
      'web:test=cns,web:other',
      'pairs such as web:test=c-lora with commas between them; methods are c-lora, cns, cns-everywhere, custom-diffusion, mix-of-show, orthogonal-adaptation, textual-inversion',
    ],
    ['CLOSE_UPS', 'on', 'yes or no'],
    ['GPUS', '0;1', 'numbers of GPUs with commas between them, such as 0,1'],
    ['PRECISION', 'half', 'auto, float32 or float16'],
    ['RECOMPUTE', 'all', 'one of auto, none, attention, activations, blocks'],
    ['THREADS', '0', 'a whole number from 1 to 1024'],
    [
      'DISCORD_FILE_HOSTS',
      'https://cdn.discordapp.com/attachments',
      'origins such as https://cdn.discordapp.com with commas between them',
    ],
    ['LOG_TEXT', 'maybe', 'yes or no'],
  ] as const) {
    const result = readSettings({ [name]: value }, folder);
    const message = `${name} is "${value}"; it must be ${must}. Change it in the environment or in .env.`;
    expect(result).toEqual({ ok: false, problem: { code: 'invalid-option', message } });
  }
});

test('CNS teaches everywhere, unless another method is chosen for all or for one server', () => {
  const { method, serverMethods } = unwrap(readSettings({}, folder));
  expect([method, serverMethods.size]).toEqual(['cns', 0]);
  const chosen = unwrap(
    readSettings({ METHOD: 'c-lora', SERVER_METHODS: 'web:a=mix-of-show, slack:T1=cns' }, folder),
  );
  expect(chosen.method).toBe('c-lora');
  expect([...chosen.serverMethods]).toEqual([
    ['web:a', 'mix-of-show'],
    ['slack:T1', 'cns'],
  ]);
});

test('all wrong values are told at once', () => {
  const result = readSettings({ PORT: '-1', LOG_LEVEL: 'loud' }, folder);
  expect(result.ok || result.problem.message.split('\n')).toEqual([
    expect.stringContaining('PORT is "-1"'),
    expect.stringContaining('LOG_LEVEL is "loud"'),
  ]);
});

test.each([
  ['CAPTION_URL', { CAPTION_URL: 'https://me:hunter2@captions.example' }],
  ['CAPTION_URL', { CAPTION_URL: 'file:///hunter2' }],
  ['CAPTION_URL', { CAPTION_URL: 'hunter2' }],
  ['CAPTION_KEY', { CAPTION_URL: 'https://captions.example', CAPTION_KEY: 'hunter2 pasted twice' }],
  ['CAPTION_KEY', { CAPTION_URL: 'https://captions.example', CAPTION_KEY: 'hunter2\nx' }],
  ['DISCORD_TOKEN', { DISCORD_TOKEN: 'hunter2 pasted twice' }],
  ['DISCORD_API_URL', { DISCORD_API_URL: 'https://me:hunter2@discord.example' }],
])('the sentence about a wrong %s does not show it: %j', (name, variables) => {
  const result = readSettings(variables, folder);
  expect(result).toMatchObject({ ok: false, problem: { message: expect.stringContaining(name) } });
  expect(JSON.stringify(result)).not.toContain('hunter2');
});

test('whatever is said to be never logged is among the secrets, and nothing else', () => {
  const documentedSecrets = documented
    .map(({ name }) => name)
    .filter((name) =>
      /Never shown or logged/.test(example.split('\n\n').find((part) => part.includes(`\n#${name}=`)) ?? ''),
    );
  expect(documentedSecrets).toContain('HF_TOKEN');
  const values = documentedSecrets.map(
    (name, index) => [name, (secretLike[name] ?? 'hunter') + index.toString(16)] as const,
  );
  const given = values.map(([name, value]) => [
    name,
    name === 'STORE_URL' || name === 'REDIS_URL' ? `redis://us:${value}@host` : value,
  ]);
  const others = { CAPTION_URL: 'https://captions.example', BLOBS_URL: 'shared' };
  const variables = { ...Object.fromEntries(given), ...others };
  const { secrets } = unwrap(readSettings({ ...variables, SLACK_CLIENT_ID: '1.2' }, folder));
  expect([...secrets].sort()).toEqual(values.map(([, value]) => value).sort());
});

test('a key without the address it is for is refused', () => {
  expect(readSettings({ CAPTION_KEY: 'abc' }, folder)).toMatchObject({ ok: false });
});

test('.env is read, and the environment wins over it', async () => {
  const home = await mkdtemp(join(tmpdir(), 'keepsake-settings-'));
  onTestFinished(() => rm(home, { recursive: true }));
  expect(unwrap(loadSettings(home, {})).port).toBe(3000);
  await writeFile(join(home, '.env'), '# a comment\nPORT=4000\nHOST="0.0.0.0"\nSOMETHING_ELSE=1\n');
  const settings = unwrap(loadSettings(home, { PORT: '5000' }));
  expect(settings).toMatchObject({ port: 5000, host: '0.0.0.0' });
});

test('GPUs are told by their numbers, each once', () => {
  expect(unwrap(readSettings({}, folder)).gpus).toEqual([0]);
  expect(unwrap(readSettings({ GPUS: '3, 0,3' }, folder)).gpus).toEqual([3, 0]);
});

test('where records and files are kept is an address or a folder, and the keys of a bucket come together', () => {
  expect(unwrap(readSettings({}, folder))).not.toHaveProperty('storeUrl');
  const shared = unwrap(readSettings({ STORE_URL: 'postgres://a:b@h/d', BLOBS_URL: '../mnt' }, folder));
  expect([shared.storeUrl, shared.blobs]).toEqual(['postgres://a:b@h/d', { folder: resolve('/mnt') }]);
  const bucket = { BLOBS_URL: 's3://my-bucket/some/where', S3_ENDPOINT: 'http://127.0.0.1:9000' };
  const keys = { S3_ACCESS_KEY_ID: 'id', S3_SECRET_ACCESS_KEY: 'secret' };
  expect(unwrap(readSettings({ ...bucket, ...keys }, folder)).blobs).toEqual({
    url: 's3://my-bucket/some/where',
    endpoint: 'http://127.0.0.1:9000',
    region: 'us-east-1',
    credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
  });
  for (const wrong of [
    { STORE_URL: 'mysql://h' },
    { BLOBS_URL: 'https://h/bucket' },
    { BLOBS_URL: 's3://' },
    { REDIS_URL: 'http://h' },
    { S3_ACCESS_KEY_ID: 'id' },
  ])
    expect(readSettings(wrong, folder)).toMatchObject({ problem: { code: 'invalid-option' } });
});

test('bots and workers that meet at REDIS_URL must share what is kept, and are told which setting is missing', () => {
  const shared = { REDIS_URL: 'redis://h', STORE_URL: 'redis://h/1', BLOBS_URL: 's3://bucket' };
  expect(unwrap(readSettings(shared, folder)).redisUrl).toBe('redis://h');
  for (const missing of ['STORE_URL', 'BLOBS_URL'] as const) {
    const result = readSettings({ ...shared, [missing]: undefined }, folder);
    expect(result).toMatchObject({ problem: { code: 'invalid-option' } });
    const { message = '' } = result.ok ? {} : result.problem;
    expect(['STORE_URL', 'BLOBS_URL'].filter((name) => message.includes(name))).toEqual([missing]);
  }
});
