import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { verify } from '../../../model-store/upkeep/verify.ts';
import { unwrap } from '../../../src/result.ts';
import { scratchFolder, storeIn } from '../../model-store/sample.ts';
import { scene } from '../scene.ts';

const importer = join(import.meta.dirname, 'importer.ts');

it('of an import that is killed wherever it is nothing is there, and it can be asked for again', async () => {
  const [folder, outside] = [await scratchFolder(), await scratchFolder()];
  const archive = join(outside, 'archive');
  const old = await scene();
  const entries = new Map([['settings', { teachers: 'administrators' }]]);
  unwrap(await old.store.concepts.restore('old', { concepts: [], entries }));
  for (const word of ['dog', 'hat']) await old.taught('old', word);
  await writeFile(archive, unwrap(await old.studio.exportServer('old')).bytes);

  const found = async () => {
    const store = await storeIn(folder);
    const concepts = (await store.concepts.list('a')).map(({ classWord }) => classWord);
    const names = [...(await store.servers.entries('a')).keys()];
    await store.close();
    return { concepts, names };
  };
  const importUntil = async (operations: number) => {
    const given = ['--disable-warning=ExperimentalWarning', importer, folder, archive, String(operations)];
    const [status, signal] = await once(spawn(process.execPath, given, { stdio: 'inherit' }), 'exit');
    return signal ?? status;
  };
  let kills = 0;
  while ((await importUntil(3 * kills)) === 'SIGKILL') {
    kills++;
    expect(await found(), `kill ${kills}`).toEqual({ concepts: [], names: [] });
  }
  expect(kills).toBeGreaterThan(3);
  expect(await found()).toEqual({ concepts: ['dog', 'hat'], names: ['settings'] });
  expect((await verify({ folder })).faults).toEqual([]);
});
