import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { openStore } from '../../../model-store/open.ts';
import type { Places } from '../../../model-store/open-places.ts';
import { verify } from '../../../model-store/upkeep/verify.ts';
import { unwrap } from '../../../src/result.ts';

const run = promisify(execFile);
const rounds = 10;

/** Has two processes use one store at once, and holds what is left against what each was told. */
export async function expectFairRace(places: readonly [Places, Places]): Promise<void> {
  const racer = join(import.meta.dirname, 'racer.ts');
  const flag = '--disable-warning=ExperimentalWarning';
  const outputs = await Promise.all(
    places.map((place, at) =>
      run(process.execPath, [flag, racer, JSON.stringify(place), `user ${at}`, String(rounds)]),
    ),
  );
  const told = outputs.map(({ stdout }) => JSON.parse(stdout) as { numbers: number[]; ids: string[] });
  const numbers = told.flatMap((one) => one.numbers).sort((a, b) => a - b);
  expect(numbers).toEqual(Array.from({ length: 2 * rounds }, (_, index) => index + 1));
  expect(new Set(told.flatMap((one) => one.ids)).size).toBe(2 * rounds);
  const store = unwrap(await openStore(places[0]));
  const left = told.flatMap((one) => one.numbers.filter((_, round) => round % 2 === 1));
  const there = await store.concepts.list('a');
  expect(there.map(({ number }) => number)).toEqual(left.sort((a, b) => a - b));
  for (const { blob } of there) expect((await store.concepts.readBlob(blob)).ok).toBe(true);
  expect(await store.records.read('a', 'count')).toBe(2 * rounds);
  await store.close();
  expect(await verify(places[0])).toMatchObject({ unnamed: 0, faults: [] });
}
