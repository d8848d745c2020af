import { expect, it } from 'vitest';
import { attempt } from '../../../src/result.ts';
import { createOccupancy } from '../../../src/studio/data/occupancy.ts';

function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { wait: () => promise, open: resolve };
}

it('lessons share a server; what must be alone is refused while one runs, and let in after the last', async () => {
  const occupancy = createOccupancy();
  const [one, two] = [gate(), gate()];
  const lessons = [occupancy.share('a', one.wait), occupancy.share('a', two.wait)];
  const alone = () => attempt(() => occupancy.alone('a', async () => 'done'));
  expect(await alone()).toMatchObject({ problem: { code: 'not-allowed' } });
  one.open();
  await lessons[0];
  expect(await alone()).toMatchObject({ problem: { code: 'not-allowed' } });
  two.open();
  await lessons[1];
  expect(await alone()).toEqual({ ok: true, value: 'done' });
});

it('while something is alone on a server, nothing else is; other servers do not notice', async () => {
  const occupancy = createOccupancy();
  const one = gate();
  const alone = occupancy.alone('a', one.wait);
  for (const way of ['share', 'alone'] as const) {
    const refused = await attempt(() => occupancy[way]('a', async () => {}));
    expect(refused).toMatchObject({ problem: { code: 'not-allowed' } });
    expect(await attempt(() => occupancy[way]('b', async () => {}))).toMatchObject({ ok: true });
  }
  one.open();
  await alone;
  expect(await attempt(() => occupancy.share('a', async () => {}))).toMatchObject({ ok: true });
});

it('what fails gives the server back', async () => {
  const occupancy = createOccupancy();
  const fails = () => Promise.reject(new Error('x'));
  await expect(occupancy.alone('a', fails)).rejects.toThrow('x');
  await expect(occupancy.share('a', fails)).rejects.toThrow('x');
  expect(await attempt(() => occupancy.alone('a', async () => {}))).toMatchObject({ ok: true });
});
