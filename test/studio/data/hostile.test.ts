import sharp from 'sharp';
import { expect, it } from 'vitest';
import { success, unwrap } from '../../../src/result.ts';
import { sampleConcept } from '../../model-store/sample.ts';
import { type Scene, scene } from '../scene.ts';
import { type ArchiveFile, json, parsed, sha256, writeArchive } from './archive-file.ts';

const words = (text: string) => new TextEncoder().encode(text);
const [record, weights, sample] = ['record.json', 'weights.safetensors', 'sample.png'].map(
  (part) => `concept/1/${part}`,
) as [string, string, string];
const soundWeights = words('weights of <new1>, 2 pictures, cns subject dog');
const soundSample = new Uint8Array(
  await sharp({ create: { width: 64, height: 32, channels: 3, background: '#8a5a3c' } })
    .png()
    .toBuffer(),
);
const sound: ArchiveFile = {
  files: {
    [record]: json(sampleConcept(1, soundWeights, soundSample)),
    [weights]: soundWeights,
    [sample]: soundSample,
  },
  metadata: { format: 'keepsake-server', version: '1', model: 'model-1' },
};

/** All that the server could have been given, to be compared before and after. */
async function state({ studio, store }: Scene) {
  const servers = ['target', 'neighbour'];
  const all = servers.map(async (server) => [
    await studio.inventory(server),
    [...(await store.servers.entries(server))],
  ]);
  return Promise.all(all);
}

async function refused(bytes: Uint8Array, code: string, reason: RegExp): Promise<void> {
  const home = await scene();
  await home.taught('neighbour', 'cat');
  const before = await state(home);
  const result = await home.studio.importServer('target', bytes);
  expect(result).toMatchObject({ problem: { code, message: expect.stringMatching(reason) } });
  expect(await state(home)).toEqual(before);
  expect((await home.taught('target', 'dog')).token).toBe('<new1>');
}

const withFiles = (change: Record<string, Uint8Array | undefined>): Uint8Array => {
  const files = Object.entries({ ...sound.files, ...change }).filter(([, bytes]) => bytes !== undefined);
  return writeArchive({ ...sound, files: Object.fromEntries(files) as Record<string, Uint8Array> });
};
const withRecord = (change: Record<string, unknown>) =>
  withFiles({ [record]: json({ ...parsed(sound.files[record]), ...change }) });
const withWeights = (bytes: Uint8Array, change: Record<string, unknown> = {}) =>
  withFiles({
    [weights]: bytes,
    [record]: json({ ...parsed(sound.files[record]), blob: sha256(bytes), ...change }),
  });
const withSample = (bytes: Uint8Array) =>
  withFiles({ [sample]: bytes, [record]: json({ ...parsed(sound.files[record]), sample: sha256(bytes) }) });

it('the sound one is taken', async () => {
  const { studio } = await scene();
  expect(await studio.importServer('target', withFiles({}))).toMatchObject({ ok: true });
});

it('the sound one is taken without what could be typed once and shows nothing', async () => {
  const { studio } = await scene();
  const bytes = withRecord({ label: 'Bel\ufe0flo', description: 'in  the\u3164 sun' });
  expect(await studio.importServer('target', bytes)).toMatchObject({ ok: true });
  expect(await studio.concepts('target')).toMatchObject([{ label: 'Bello', description: 'in the sun' }]);
});

it('the sound one is taken under its class word where its label shows nothing', async () => {
  const { studio } = await scene();
  expect(await studio.importServer('target', withRecord({ label: '\u3164' }))).toMatchObject({ ok: true });
  expect(await studio.concepts('target')).toMatchObject([{ label: 'dog' }]);
});

it.each([
  ['is empty', () => new Uint8Array(), /shorter than a header/],
  ['is a text', () => words('{"concepts": []} and more than eight bytes'), /header claims/],
  ['lacks its last byte', () => withFiles({}).subarray(0, -1), /outside the file/],
  ['has a byte too many', () => Buffer.concat([withFiles({}), words('x')]), /no tensor owns/],
  ['is of another format', () => writeArchive({ ...sound, metadata: {} }), /no export of a server/],
  [
    'is of another version',
    () => writeArchive({ ...sound, metadata: { ...sound.metadata, version: '2' } }),
    /another version/,
  ],
  [
    'is a concept, not a server',
    () => writeArchive({ files: {}, metadata: { format: 'keepsake-concept' } }),
    /no export/,
  ],
  ['has numbers for files', () => writeArchive(sound, { type: 'I8' }), /something else than files/],
])('a file that %s is refused', (_, make, reason) => refused(make(), 'invalid-file', reason));

it.each([
  'server/neighbour/concept/1',
  'concept/1/../../neighbour/concept/1/record.json',
  'concept/../1/record.json',
  'concept/01/record.json',
  'concept/0/record.json',
  'concept/1e3/record.json',
  'concept/9999999999/record.json',
  'concept/1/settings.json',
  '/concept/1/record.json',
  'job/1.json',
  'message/head.json',
])('a file named %s is refused', (name) =>
  refused(withFiles({ [name]: json(1) }), 'invalid-file', /files that no export has/),
);

it.each([
  'last-number',
  '../neighbour/settings',
  'concept/2',
  'job/1',
  'Settings',
  '',
  '__proto__',
  'a'.repeat(41),
])('a record named %j is refused', (name) =>
  refused(withFiles({ [`entry/${name}.json`]: json(1) }), 'invalid-file', /no export has/),
);

it.each([
  ['without its record', () => withFiles({ [record]: undefined }), /missing/],
  ['without its weights', () => withFiles({ [weights]: undefined }), /weights of <new1> are damaged/],
  ['without its sample', () => withFiles({ [sample]: undefined }), /sample of <new1> is damaged/],
  ['with other weights', () => withFiles({ [weights]: words('other') }), /weights of <new1> are damaged/],
  ['with another sample', () => withFiles({ [sample]: words('other') }), /sample of <new1> is damaged/],
  ['with a record that is no JSON', () => withFiles({ [record]: words('{"token":') }), /no JSON/],
  ['with a record that is no text', () => withFiles({ [record]: Uint8Array.of(0xff, 0xfe) }), /no JSON/],
  ['with a long record', () => withRecord({ description: 'x'.repeat(9000) }), /too long/],
  ['with a record that says more', () => withRecord({ admin: true }), /not sound/],
  ['of another number', () => withRecord({ number: 2, token: '<new2>' }), /not sound/],
  ['of another token', () => withRecord({ token: '<new2>' }), /not sound/],
  ['of no kind', () => withRecord({ kind: 'person' }), /not sound/],
  ['with a path for weights', () => withRecord({ blob: '../../etc/passwd' }), /not sound/],
  ['of another model', () => withRecord({ model: 'model-2' }), /another model than the rest/],
  ['of another class', () => withRecord({ classWord: 'cat' }), /says something else/],
  ['of another method', () => withRecord({ method: 'c-lora' }), /says something else/],
  ['with a token for a label', () => withRecord({ label: '<new9>' }), /nobody could have typed/],
  ['with a label that turns the line', () => withRecord({ label: 'a\u202eb' }), /nobody could have typed/],
  ['with a long description', () => withRecord({ description: 'x'.repeat(301) }), /nobody could have typed/],
  ['with a user who is none', () => withRecord({ taughtBy: 'x'.repeat(201) }), /nobody could have typed/],
  ['with weights that are none', () => withWeights(words('no weights')), /it is no concept/],
  [
    "with another token's weights",
    () => withWeights(words('weights of <new2>, 2 pictures, cns subject dog')),
    /says something else/,
  ],
])('a concept %s is refused', (_, make, reason) => refused(make(), 'invalid-file', reason));

it('samples are refused unless they are sound PNG pictures of a size that can be shown', async () => {
  const picture = sharp({ create: { width: 40, height: 40, channels: 3, background: '#345' } });
  const png = await picture.png().toBuffer();
  const huge = Buffer.from(png);
  huge.writeUInt32BE(100_000, 16);
  huge.writeUInt32BE(100_000, 20);
  for (const bytes of [
    await picture.jpeg().toBuffer(),
    words('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
    png.subarray(0, png.length - 40),
    png.subarray(0, 20),
    huge,
    new Uint8Array(),
  ])
    await refused(withSample(new Uint8Array(bytes)), 'invalid-file', /no sound picture/);
});

it('of a sample nothing is kept but its pixels', async () => {
  const hidden = words('<script>alert(1)</script>');
  const { studio } = await scene();
  const file = new Uint8Array(Buffer.concat([soundSample, hidden]));
  unwrap(await studio.importServer('target', withSample(file)));
  const kept = Buffer.from(unwrap(await studio.sample('target', '<new1>')));
  expect(kept.includes('script')).toBe(false);
  expect(await sharp(kept).raw().toBuffer()).toEqual(await sharp(soundSample).raw().toBuffer());
});

it('more concepts, higher numbers or more records than an export has are refused before any is looked at', async () => {
  const many = Object.fromEntries(
    Array.from({ length: 1001 }, (_, i) => [`concept/${i + 1}/record.json`, json(1)]),
  );
  await refused(withFiles(many), 'invalid-file', /more than 1000 concepts/);
  await refused(withFiles({ 'concept/10001/record.json': json(1) }), 'invalid-file', /over <new10000>/);
  const entries = Object.fromEntries(
    Array.from({ length: 21 }, (_, i) => [`entry/${'a'.repeat(i + 1)}.json`, json(1)]),
  );
  await refused(withFiles(entries), 'invalid-file', /more than 20 records/);
});

it('a record that is too long or nested too deeply to be written again is refused', async () => {
  const settings = (text: string) => withFiles({ 'entry/settings.json': words(text) });
  const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
  await refused(settings(nested(100_000)), 'invalid-file', /nested too deeply/);
  await refused(settings(nested(21)), 'invalid-file', /nested too deeply/);
  await refused(settings(JSON.stringify('x'.repeat(2 ** 18))), 'invalid-file', /too long/);
  const { studio, store } = await scene();
  unwrap(await studio.importServer('target', settings(nested(20))));
  expect(JSON.stringify((await store.servers.entries('target')).get('settings'))).toBe(nested(20));
});

it('an export of another base model is refused, and so is one where something is known', async () => {
  const other = await scene();
  other.engine.model = success({ ...unwrap(other.engine.model), id: 'model-2' });
  expect(await other.studio.importServer('target', withFiles({}))).toMatchObject({
    problem: { code: 'invalid-model', message: expect.stringContaining('another base model') },
  });
  const home = await scene();
  const cat = await home.taught('target', 'cat');
  expect(await home.studio.importServer('target', withFiles({}))).toMatchObject({
    problem: { code: 'not-allowed', message: expect.stringContaining('<new1> is known here already') },
  });
  expect(await home.studio.concepts('target')).toEqual([cat]);
});
