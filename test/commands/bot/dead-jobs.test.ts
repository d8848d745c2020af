import { expect, test } from 'vitest';
import { dropJob, dropOld, jobLines, retryJob } from '../../../commands/bot/dead-jobs.ts';
import { scratchFolder, storeIn } from '../../model-store/sample.ts';

const order = (at: number, server = 'web:1', command = 'teach') => ({
  at,
  asked: { server: { id: server }, user: { id: 'u' }, command, options: {} },
  files: {},
  address: {},
  starts: 3,
  reached: 0,
});

async function scene() {
  const { ledger } = await storeIn(await scratchFolder());
  await ledger.write('web:1', 'late', { order: order(20), work: 1, dead: { at: 30, reason: 'It broke.' } });
  await ledger.write('web:1', 'early', { order: order(10) });
  return ledger;
}

test('all that has not ended is listed, oldest first, and why nothing more is done', async () => {
  const ledger = await scene();
  await ledger.write('web:1', 'odd', { order: 5 });
  const lines = await jobLines(ledger);
  expect(lines.map(({ id, command, dead }) => [id, command, dead])).toEqual([
    ['odd', undefined, undefined],
    ['early', 'teach', undefined],
    ['late', 'teach', 'It broke.'],
  ]);
});

test('one that was given up waits for the next start again, as if never begun, with all that is kept of it', async () => {
  const ledger = await scene();
  await retryJob(ledger, 'late');
  expect((await jobLines(ledger)).map(({ dead }) => dead)).toEqual([undefined, undefined]);
  expect(await ledger.read('web:1', 'late', 'order')).toMatchObject({ starts: 0, at: 20 });
  expect(await ledger.read('web:1', 'late', 'work')).toBe(1);
  await expect(retryJob(ledger, 'early')).rejects.toThrow('not given up');
  await expect(retryJob(ledger, 'none')).rejects.toThrow('no job none');
});

test('one that is dropped leaves nothing, and the others stay', async () => {
  const ledger = await scene();
  await dropJob(ledger, 'late');
  expect((await jobLines(ledger)).map(({ id }) => id)).toEqual(['early']);
  expect(await ledger.read('web:1', 'late', 'work')).toBeUndefined();
  await expect(dropJob(ledger, 'late')).rejects.toThrow('no job late');
});

test('what was given up is not kept for ever, and what waits is', async () => {
  const ledger = await scene();
  await dropOld(ledger, 30);
  expect(await jobLines(ledger)).toHaveLength(2);
  await dropOld(ledger, 31);
  expect((await jobLines(ledger)).map(({ id }) => id)).toEqual(['early']);
});
