import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { shareCheckpoint } from '../../src/studio/checkpoints.ts';
import { writeWhole } from '../../src/write-whole.ts';
import { scratchFolder, storeIn } from '../model-store/sample.ts';

test('what the engine writes on one machine is there for the next, and on no disk when the job has ended', async () => {
  const { ledger } = await storeIn(await scratchFolder());
  await ledger.write('a', 'job1', { order: { at: 1 } });
  const [here, there] = [await scratchFolder(), await scratchFolder()];
  const on = (folder: string) => ({ ...ledger, path: (job: string) => join(folder, job) });
  const write = (path: string, text: string) => writeWhole(path, new TextEncoder().encode(text));
  let gotOn = 0;
  const share = (folder: string) =>
    shareCheckpoint(on(folder), 'a', 'job1', {
      gotOn: async () => void gotOn++,
      onUnshared: (error) => expect.unreachable(String(error)),
      milliseconds: 20,
    });

  await write(join(here, 'job1'), 'of another life');
  const first = await share(here);
  await expect(readFile(join(here, 'job1'))).rejects.toThrow('ENOENT');
  await write(join(here, 'job1'), 'step 100');
  await expect.poll(() => gotOn).toBe(1);

  const second = await share(there);
  expect(await readFile(join(there, 'job1'), 'utf8')).toBe('step 100');
  await write(join(there, 'job1'), 'step 200');
  await second.end();
  expect(gotOn).toBe(2);
  await expect(readFile(join(there, 'job1'))).rejects.toThrow('ENOENT');
  expect(Buffer.from((await ledger.read('a', 'job1', 'checkpoint')) as Uint8Array).toString()).toBe(
    'step 200',
  );

  expect(await ledger.read('a', 'job1', 'reached')).toBeGreaterThan(0);

  await ledger.remove('a', 'job1');
  const third = await share(there);
  await expect(readFile(join(there, 'job1'))).rejects.toThrow('ENOENT');
  await Promise.all([first.end(), third.end()]);
});

test('a checkpoint that cannot be brought along is told of, once until one can be, and the lesson goes on', async () => {
  const { ledger } = await storeIn(await scratchFolder());
  await ledger.write('a', 'job1', { order: { at: 1 } });
  const path = ledger.path('job1');
  let full = true;
  const failing = {
    ...ledger,
    write: (...given: Parameters<typeof ledger.write>) =>
      full ? Promise.reject(new Error('no room')) : ledger.write(...given),
  };
  const told: unknown[] = [];
  let gotOn = 0;
  const { end } = await shareCheckpoint(failing, 'a', 'job1', {
    gotOn: async () => void gotOn++,
    onUnshared: (error) => void told.push(error),
    milliseconds: 10,
  });
  await writeWhole(path, Uint8Array.of(1));
  await expect.poll(() => told.length).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 60));
  full = false;
  await expect.poll(() => gotOn).toBe(1);
  full = true;
  await writeWhole(path, Uint8Array.of(2));
  await end();
  expect(told.map(String)).toEqual(['Error: no room', 'Error: no room']);
  expect(await ledger.read('a', 'job1', 'checkpoint')).toEqual(Uint8Array.of(1));
});
