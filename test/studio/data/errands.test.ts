import { expect, test } from 'vitest';
import { failure, success, unwrap } from '../../../src/result.ts';
import { createErrands } from '../../../src/studio/data/errands.ts';
import type { Progress } from '../../../src/studio/studio.ts';
import { scene } from '../scene.ts';

const patience = { timeout: 20_000 };
const weights = new TextEncoder().encode('weights of something');

/** A studio in which servers know a dog each, and whose engine exports and imports when the test lets it. */
async function slowScene(...servers: readonly string[]) {
  const home = await scene();
  for (const server of servers) await home.taught(server, 'dog');
  const begun: string[] = [];
  const waiting: (() => void)[] = [];
  const held = <T>(name: string, answer: () => Promise<T>) => {
    begun.push(name);
    return new Promise<void>((resolve) => waiting.push(resolve)).then(answer);
  };
  const { onConvert, onAdopt } = home.engine;
  home.engine.onConvert = (token, format) => held(format, () => onConvert(token, format));
  home.engine.onAdopt = (task, options) => held(task.token, () => onAdopt(task, options));
  return {
    ...home,
    begun,
    release: () => waiting.shift()?.(),
    convert: (server: string, format: string, onProgress?: (progress: Progress) => void) =>
      home.studio.convertConcept(server, '<new1>', format, { ...(onProgress && { onProgress }) }),
  };
}

test('a server’s imports and exports are done one at a time, and it is said behind how many one waits', async () => {
  const { studio, begun, release, convert } = await slowScene('a');
  const heard: Progress[] = [];
  const first = convert('a', 'first');
  await expect.poll(() => begun, patience).toEqual(['first']);
  const second = studio.importFiles(
    'a',
    { user: 'ada', files: [weights] },
    { onProgress: (p) => heard.push(p) },
  );
  await expect.poll(() => heard, patience).toEqual([{ phase: 'waiting', step: 0, steps: 0, ahead: 1 }]);
  expect(begun).toEqual(['first']);
  release();
  unwrap(await first);
  await expect.poll(() => begun, patience).toEqual(['first', '<new2>']);
  release();
  unwrap(await second);
});

test('servers take turns with the engine, however many imports and exports one of them asks for', async () => {
  const { begun, release, convert } = await slowScene('a', 'b', 'c');
  const all = [
    convert('a', 'a1'),
    convert('a', 'a2'),
    convert('a', 'a3'),
    convert('b', 'b1'),
    convert('c', 'c1'),
  ];
  for (let count = 1; count <= all.length; count++) {
    await expect.poll(() => begun.length, patience).toBeGreaterThanOrEqual(count);
    release();
  }
  for (const one of all) unwrap(await one);
  expect(new Set(begun.slice(0, 3))).toEqual(new Set(['a1', 'b1', 'c1']));
  expect(begun.slice(3)).toEqual(['a2', 'a3']);
});

test('an import that waits leaves its server to others, and can be cancelled', async () => {
  const { studio, begun, release, convert, taught, engine } = await slowScene('a');
  const first = convert('a', 'first');
  await expect.poll(() => begun, patience).toEqual(['first']);
  const controller = new AbortController();
  const options = { signal: controller.signal };
  const second = studio.importFiles('a', { user: 'ada', files: [weights] }, options);
  expect((await taught('a', 'hat')).token).toBe('<new2>');
  controller.abort();
  expect(await second).toMatchObject({ problem: { code: 'cancelled' } });
  expect(engine.adoptions).toEqual([]);
  release();
  unwrap(await first);
});

test('more than five are refused with a sentence', async () => {
  const errands = createErrands();
  const { promise: open, resolve } = Promise.withResolvers<void>();
  const all = [1, 2, 3, 4, 5].map(() => errands.run('a', {}, () => open));
  expect(await errands.run('a', {}, () => open)).toEqual(
    failure('not-allowed', '5 of these are under way or waiting here: wait until one ends.'),
  );
  resolve();
  expect(await Promise.all(all)).toEqual(all.map(() => success(undefined)));
});

test('one that takes longer than it may is stopped, says so and lets the next begin; its wait does not count', async () => {
  const errands = createErrands({ running: 1, seconds: 0.05 });
  const untilStopped = ({ signal }: { signal?: AbortSignal }) =>
    new Promise<void>((_, reject) => {
      signal?.addEventListener('abort', () => reject(new Error('stopped')), { once: true });
    }).catch(() => unwrap(failure('cancelled', 'stopped')));
  const late = errands.run('a', {}, untilStopped);
  const next = errands.run('a', {}, async () => 'done');
  expect(await late).toEqual(
    failure(
      'timed-out',
      'It was stopped after 1 s, the longest that an import or an export may take; nothing was changed.',
    ),
  );
  expect(await next).toEqual(success('done'));
});
