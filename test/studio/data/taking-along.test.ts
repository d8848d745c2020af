import { rm } from 'node:fs/promises';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { attempt, success, unwrap } from '../../../src/result.ts';
import { exportServer } from '../../../src/studio/data/export.ts';
import type { Progress } from '../../../src/studio/studio.ts';
import { hold } from '../../fakes/engine.ts';
import { keptIn } from '../../model-store/sample.ts';
import { request, type Scene, scene } from '../scene.ts';
import { readArchive, sha256, writeArchive } from './archive-file.ts';

const settings = { language: 'en', teachers: 'administrators' };

/** A server that was taught three things, forgot one, renamed one, and was set to something. */
async function lived(): Promise<Scene> {
  const home = await scene();
  const { studio, store, taught } = home;
  const entries = new Map([['settings', settings]]);
  unwrap(await store.concepts.restore('discord:1', { concepts: [], entries }));
  for (const word of ['dog', 'hat', 'park']) await taught('discord:1', word);
  unwrap(await studio.forget('discord:1', '<new2>'));
  unwrap(await studio.rename('discord:1', '<new3>', 'Our park'));
  await taught('discord:2', 'cat');
  await store.jobs.put('discord:1', { user: 'ada', prompt: 'a secret wish' });
  return home;
}

const exported = async ({ studio }: Scene) => unwrap(await studio.exportServer('discord:1')).bytes;
const pixelsOf = (png: Uint8Array) => sharp(png).raw().toBuffer();

it('an export is a safetensors file of records, weights, samples and settings, and of nothing else', async () => {
  const home = await lived();
  const { files, metadata } = readArchive(await exported(home));
  expect(metadata).toEqual({
    format: 'keepsake-server',
    version: '1',
    model: 'model-1',
    home: sha256(new TextEncoder().encode('discord:1')),
  });
  expect(Object.keys(files).sort()).toEqual([
    'concept/1/record.json',
    'concept/1/sample.png',
    'concept/1/weights.safetensors',
    'concept/3/record.json',
    'concept/3/sample.png',
    'concept/3/weights.safetensors',
    'entry/settings.json',
  ]);
  const read = (name: string) => JSON.parse(new TextDecoder().decode(files[name]));
  const concepts = await home.studio.concepts('discord:1');
  expect([read('concept/1/record.json'), read('concept/3/record.json')]).toEqual(concepts);
  expect(read('entry/settings.json')).toEqual(settings);
  const weights = unwrap(await home.studio.exportConcept('discord:1', '<new3>'));
  expect(files['concept/3/weights.safetensors']).toEqual(Uint8Array.from(weights));
  expect(await exported(home)).toEqual(await exported(home));
});

it('another installation knows the same by the same tokens, weights alike, and goes on from there', async () => {
  const home = await lived();
  const other = await scene();
  const { concepts, entries } = unwrap(await other.studio.importServer('web:x', await exported(home)));
  expect(entries).toEqual(['settings']);
  expect(await other.studio.concepts('web:x')).toEqual(concepts);
  const before = await home.studio.concepts('discord:1');
  const withoutSample = (all: typeof before) => all.map(({ sample: _, ...concept }) => concept);
  expect(withoutSample(concepts)).toEqual(withoutSample(before));
  for (const { token } of before) {
    const weights = (studio: Scene['studio'], server: string) => studio.exportConcept(server, token);
    expect(await weights(other.studio, 'web:x')).toEqual(await weights(home.studio, 'discord:1'));
    const [there, here] = [
      unwrap(await other.studio.sample('web:x', token)),
      unwrap(await home.studio.sample('discord:1', token)),
    ];
    expect(await pixelsOf(there)).toEqual(await pixelsOf(here));
  }
  expect(await other.store.servers.entries('web:x')).toEqual(new Map([['settings', settings]]));
  expect((await other.taught('web:x', 'horse')).token).toBe('<new4>');
  await other.studio.imagine('web:x', { prompt: 'a <new1> dog in <new3> park' });
  expect(other.engine.drawings.at(-1)?.concepts.map(({ token }) => token)).toEqual([
    '<new1>',
    '<new3>',
    '<new4>',
  ]);
});

it('a server that forgot everything can be given it back', async () => {
  const home = await lived();
  const archive = await exported(home);
  for (const token of ['<new1>', '<new3>']) unwrap(await home.studio.forget('discord:1', token));
  unwrap(await home.studio.importServer('discord:1', archive));
  expect((await home.studio.concepts('discord:1')).map(({ token }) => token)).toEqual(['<new1>', '<new3>']);
  expect((await home.taught('discord:1', 'horse')).token).toBe('<new4>');
});

const painters = { id: '7', name: 'painters' };
const room = { id: '70', name: 'room' };
const named = {
  teachers: 'roles',
  roles: [painters],
  channels: [room],
  blocked: [{ id: '9', name: 'Ben' }],
} as const;

/** An export of a server that has named a role, a channel and a member, and one of the version that did not say whose it is. */
async function withNames() {
  const { studio } = await scene();
  unwrap(await studio.changeSettings('discord:1', (now) => ({ ...now, ...named, language: 'zh-TW' })));
  const { bytes } = unwrap(await studio.exportServer('discord:1'));
  const { files, metadata } = readArchive(bytes);
  const { home: _, ...earlier } = metadata;
  return { bytes, earlier: writeArchive({ files, metadata: earlier }) };
}

it('roles and channels are not taken along to another server, which is said and keeps its own; all else of the settings is', async () => {
  const { bytes, earlier } = await withNames();
  for (const archive of [bytes, earlier]) {
    const { studio } = await scene();
    const bringIn = async (server: string) =>
      unwrap(await studio.importFiles(server, { user: 'ada', files: [archive] })).notes;
    const said = [expect.stringMatching(/^The roles and channels .* were left out.*\/settings\.$/)];
    expect(await bringIn('discord:2')).toEqual(said);
    const brought = { ...named, language: 'zh-TW', roles: [], channels: [] };
    expect(unwrap(await studio.settings('discord:2'))).toMatchObject(brought);
    const own = { roles: [{ id: '8', name: 'writers' }], channels: [{ id: '80', name: 'hall' }] };
    unwrap(await studio.changeSettings('discord:3', (now) => ({ ...now, ...own })));
    expect(await bringIn('discord:3')).toEqual(said);
    expect(unwrap(await studio.settings('discord:3'))).toMatchObject({ ...brought, ...own });
  }
});

it('roles and channels come along where the server is the same, on whatever installation', async () => {
  const { bytes } = await withNames();
  const { studio } = await scene();
  expect(unwrap(await studio.importServer('discord:1', bytes)).notes).toEqual([]);
  expect(unwrap(await studio.settings('discord:1'))).toMatchObject({ ...named, language: 'zh-TW' });
});

it('a server keeps the roles and channels that it has named where settings without any come along', async () => {
  const archive = await exported(await lived());
  const { studio } = await scene();
  unwrap(await studio.changeSettings('discord:3', (now) => ({ ...now, channels: [room] })));
  expect(unwrap(await studio.importServer('discord:3', archive)).notes).toEqual([]);
  expect(unwrap(await studio.settings('discord:3'))).toMatchObject({ ...settings, channels: [room] });
});

it('what is damaged or of another model is left out and named, the rest comes along', async () => {
  const home = await lived();
  const { studio, store, engine } = home;
  const [dog, park] = await studio.concepts('discord:1');
  const description = unwrap(engine.model);
  engine.model = success({ ...description, id: 'model-2' });
  const foreign = await scene({ engine, store: store.concepts, servers: store.servers });
  unwrap(await foreign.studio.teach('discord:1', await request({ classWord: 'horse' })));
  engine.model = success(description);
  for (const file of [dog!.blob, park!.sample!]) await rm(store.concepts.blobPath(file));
  const { bytes, concepts, notes } = unwrap(await studio.exportServer('discord:1'));
  expect(Object.keys(readArchive(bytes).files).sort()).toEqual([
    'concept/3/record.json',
    'concept/3/weights.safetensors',
    'entry/settings.json',
  ]);
  expect(concepts).toBe(1);
  expect(notes).toEqual([
    expect.stringMatching(/^<new1> dog was left out.*damaged/),
    expect.stringMatching(/^The sample of <new3> park was left out/),
    expect.stringMatching(/^<new4> horse was left out: it was taught on another base model/),
  ]);
});

it('a server without concepts can be exported and imported too', async () => {
  const home = await scene();
  const { bytes, concepts } = unwrap(await home.studio.exportServer('nothing here'));
  expect([concepts, Object.keys(readArchive(bytes).files)]).toEqual([0, []]);
  expect(unwrap(await home.studio.importServer('b', bytes))).toEqual({
    concepts: [],
    entries: [],
    notes: [],
  });
});

it('a server of more than an import takes is not exported, and what to do is said', async () => {
  const home = await lived();
  const { concepts, servers } = home.store;
  const kept = (await exported(home)).length;
  const within = (mostBytes: number) =>
    attempt(() => exportServer({ store: concepts, servers, model: 'model-1', mostBytes }, 'discord:1', {}));
  expect(unwrap(await within(kept)).concepts).toBe(2);
  expect(await within(kept - 1)).toMatchObject({
    problem: { code: 'not-allowed', message: expect.stringContaining('/concepts export') },
  });
});

it('what no import takes is left out of an export, and named', async () => {
  const home = await scene();
  const [first, last] = [await home.taught('a', 'dog'), await home.taught('a', 'hat')];
  const { concepts, servers } = home.store;
  const numbered = { ...last, token: '<new10001>', number: 10_001 };
  const store = {
    ...concepts,
    inventory: async () => ({ concepts: [first, numbered], damaged: [] }),
  };
  const parts = { store, servers, model: 'model-1', mostBytes: 2 ** 20 };
  const { bytes, notes } = await exportServer(parts, 'a', {});
  expect(notes).toEqual([expect.stringMatching(/^<new10001> .* was left out: .* none over <new10000>\.$/)]);
  const { studio } = await scene();
  expect(unwrap(await studio.importServer('b', bytes)).concepts.map(({ token }) => token)).toEqual([
    '<new1>',
  ]);
});

it('both tell how far they are, and stop when they are told to, having changed nothing', async () => {
  const home = await lived();
  const told: Progress[] = [];
  const onProgress = (progress: Progress) => void told.push(progress);
  const { bytes } = unwrap(await home.studio.exportServer('discord:1', { onProgress }));
  unwrap(await home.studio.importServer('c', bytes, { onProgress }));
  expect(told).toEqual([
    { phase: 'packing', step: 1, steps: 2 },
    { phase: 'packing', step: 2, steps: 2 },
    { phase: 'checking', step: 1, steps: 2 },
    { phase: 'checking', step: 2, steps: 2 },
  ]);
  const stop = new AbortController();
  const stopped = { signal: stop.signal, onProgress: () => stop.abort() };
  expect(await home.studio.importServer('d', bytes, stopped)).toMatchObject({
    problem: { code: 'cancelled' },
  });
  expect(await home.studio.concepts('d')).toEqual([]);
  const { signal } = stop;
  expect(await home.studio.exportServer('discord:1', { signal })).toMatchObject({
    problem: { code: 'cancelled' },
  });
});

it('no more is imported than the server may have, until an administrator allows it; then what comes along holds', async () => {
  const archive = await exported(await lived());
  const { studio } = await scene();
  const allow = async (concepts: number) =>
    unwrap(await studio.changeSettings('e', (now) => ({ ...now, quotas: { ...now.quotas, concepts } })));
  await allow(1);
  expect(await studio.importServer('e', archive)).toEqual({
    ok: false,
    problem: {
      code: 'not-allowed',
      message: 'The file has 2 concepts, and this server may have 1. Allow more with /settings first.',
    },
  });
  expect(await studio.inventory('e')).toEqual({ concepts: [], damaged: [] });
  await allow(2);
  expect(unwrap(await studio.importServer('e', archive)).concepts).toHaveLength(2);
  expect(unwrap(await studio.settings('e'))).toMatchObject({
    teachers: 'administrators',
    quotas: { concepts: 500 },
  });
});

it('nothing is imported while something is taught, nor taught while something is imported', async () => {
  const home = await lived();
  const archive = await exported(home);
  const { begun, letGo } = hold(home.engine, 'onTeach');
  const teaching = home.taught('e', 'dog');
  await begun;
  const importing = await home.studio.importServer('e', archive);
  expect(importing).toMatchObject({
    problem: { code: 'not-allowed', message: expect.stringMatching(/taught/) },
  });
  letGo();
  await teaching;
  let during: unknown;
  const onProgress = () => {
    during ??= home.studio.teach('f', {} as never);
  };
  unwrap(await home.studio.importServer('f', archive, { onProgress }));
  expect(await during).toMatchObject({ problem: { code: 'not-allowed' } });
});

it('nothing of an import reaches another server', async () => {
  const home = await lived();
  const archive = await exported(home);
  const cat = await home.studio.concepts('discord:2');
  for (const server of ['discord:2/', '../discord:2', 'discord:2/concept', '__proto__', '..'])
    unwrap(await home.studio.importServer(server, archive));
  expect(await home.studio.concepts('discord:2')).toEqual(cat);
  expect((await home.store.servers.entries('discord:2')).size).toBe(0);
  for (const server of ['', 'x'.repeat(201), 'a\ud800'])
    await expect(home.studio.importServer(server, archive)).rejects.toThrow(RangeError);
  await home.studio.close();
  await home.store.close();
  const { keys } = await keptIn(home.folder);
  const own = keys.filter((key) => key.startsWith('server/discord%3A2/'));
  expect(own.sort()).toEqual(
    ['additions', 'concept/1', 'last-number', 'usage/lessons'].map((name) => `server/discord%3A2/${name}`),
  );
});
