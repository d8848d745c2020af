import { expect, test } from 'vitest';
import type { ChannelEvent, MessageProgress } from '../../adapters/web/wire.ts';
import { type Chat, openChat } from './chat.ts';
import { emptyFolder } from './program.ts';

const watched = { METRICS_PORT: '0', TEACH_STEPS: '20' };

/** What is shown of progress from now on. */
async function progressOf({ visitor, channel }: Chat): Promise<readonly MessageProgress[]> {
  const shown: MessageProgress[] = [];
  await visitor.listen(`${channel}/events`, (_, data) => {
    const event = JSON.parse(data) as ChannelEvent;
    if (event.type === 'progress') shown.push(event.progress);
  });
  return shown;
}

const patience = { timeout: 300_000 };
const reached = (shown: readonly MessageProgress[], phase: RegExp) =>
  Math.max(0, ...shown.filter((one) => phase.test(one.phase)).map(({ step = 0 }) => step));

test('SIGTERM takes nothing new, ends what is being drawn, posts it, and exits in time; the log and the metrics tell of it', async () => {
  const folder = await emptyFolder();
  const chat = await openChat(folder, { ...watched, DRAIN_SECONDS: '300' });
  const [, monitor = ''] = /(http:\S+)\/metrics/.exec(await chat.bot.says(/\/metrics/)) ?? [];
  const readiness = async () => (await fetch(`${monitor}/readyz`)).text();
  await expect.poll(readiness, patience).toBe('ready\n');

  await chat.send('/imagine a dog steps:1 count:2');
  await expect.poll(async () => (await chat.answers())[0]?.pictures?.length, patience).toBeGreaterThan(0);
  const metrics = await (await fetch(`${monitor}/metrics`)).text();
  expect(metrics).toContain('\nkeepsake_pictures_total{role="bot"} 2\n');
  expect(metrics).toContain('\nkeepsake_jobs_ended_total{kind="imagine",outcome="done",role="bot"} 1\n');
  expect(metrics).toMatch(/\nkeepsake_step_seconds_count\{role="bot",kind="drawing"\} [1-9]/);
  expect(metrics).toMatch(/\nkeepsake_engine_resident_memory_bytes\{role="bot"\} [1-9]/);

  const shown = await progressOf(chat);
  await chat.send('/imagine a dog steps:30 count:4');
  await expect.poll(() => reached(shown, /Drawing/), patience).toBeGreaterThan(0);
  chat.bot.kill('SIGTERM');
  await expect.poll(readiness, patience).toBe('Keepsake is stopping.\n');
  await chat.send('/imagine a cat');
  const said = async () => (await chat.answers()).map(({ text }) => JSON.stringify(text)).join();
  await expect.poll(said).toContain('being stopped');
  const { status, printed } = await chat.bot.ended;
  expect(status, 'exits by itself and in time').toBe(0);

  const lines = printed.split('\n').filter((line) => line.startsWith('{'));
  const told = lines.map((line) => JSON.parse(line) as { job?: string; msg: string });
  const job = told.filter(({ msg }) => msg === 'a job was accepted')[1]?.job;
  expect(told.filter((line) => line.job === job).map(({ msg }) => msg.replace(/[\d.]+/, 'n'))).toEqual([
    'a job was accepted',
    'the turn of a job has come',
    'engine: imagine took n s',
    'the work of a job has ended',
    'a job has ended',
  ]);

  const again = await openChat(folder, watched);
  const [first, second, third] = await again.answers();
  expect([first, second].map((one) => one?.pictures?.length)).not.toContain(undefined);
  expect(third?.pictures).toBeUndefined();
});

test('a teach that SIGTERM does not wait for goes on after the next start from where it was', async () => {
  const folder = await emptyFolder();
  const chat = await openChat(folder, { ...watched, DRAIN_SECONDS: '0' });
  const shown = await progressOf(chat);
  await chat.send('/teach dog', 'dog');
  await expect.poll(() => reached(shown, /Learning/), patience).toBeGreaterThan(1);
  chat.bot.kill('SIGTERM');
  expect((await chat.bot.ended).status).toBe(0);
  const before = reached(shown, /Learning/);

  const again = await openChat(folder, watched);
  const after = await progressOf(again);
  await expect.poll(() => again.answers(), patience).toMatchObject([{ pictures: [expect.anything()] }]);
  const steps = after.filter(({ phase }) => /Learning/.test(phase)).map(({ step = 0 }) => step);
  expect(Math.min(...steps), 'nothing is trained twice').toBeGreaterThanOrEqual(before);
});
