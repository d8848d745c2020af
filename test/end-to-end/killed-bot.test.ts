import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { ChannelEvent } from '../../adapters/web/wire.ts';
import { createRandom } from '../../src/random.ts';
import { decodeSafetensors } from '../../src/safetensors.ts';
import { openChat } from './chat.ts';
import { keptFiles, openHouse, serverNamed } from './house.ts';
import { emptyFolder, enginesOf, type Program } from './program.ts';

const steps = { TEACH_STEPS: '12', CHECKPOINT_SECONDS: '0' };

/** Ends a bot and its engine at once, as a machine that fails does. */
async function killBoth({ bot }: { readonly bot: Program }): Promise<void> {
  const engines = enginesOf(bot);
  expect(engines, 'the engine of this bot').toHaveLength(1);
  for (const pid of [bot.pid!, ...engines]) process.kill(pid, 'SIGKILL');
  await bot.ended;
}

/** The steps that the only checkpoint in the folder has behind it; undefined where there is none. */
async function checkpointStep(folder: string): Promise<number | undefined> {
  const [name] = (await readdir(join(folder, 'jobs'))).filter((one) => !one.endsWith('.tmp'));
  if (name === undefined) return undefined;
  const file = await readFile(join(folder, 'jobs', name));
  return Number(decodeSafetensors(file.subarray(32)).metadata.step);
}

test('a teach whose bot and engine are killed in the middle of training goes on from there, is learnt once, told once, and the same bit for bit', async () => {
  const house = await openHouse(steps);
  onTestFinished(() => house.leave());
  await house.teach(serverNamed('kitchen'), 'dog');
  const wanted = await keptFiles(house.folder);

  const folder = await emptyFolder();
  let chat = await openChat(folder, steps);
  await chat.send('/teach dog', 'dog');
  await expect.poll(() => checkpointStep(folder), { timeout: 120_000, interval: 1 }).toBeGreaterThan(0);
  await killBoth(chat);
  const reached = (await checkpointStep(folder))!;
  expect(reached, 'it was in the middle').toBeLessThan(Number(steps.TEACH_STEPS));

  chat = await openChat(folder, steps);
  const learnt: number[] = [];
  await chat.visitor.listen(`${chat.channel}/events`, (_, data) => {
    const event = JSON.parse(data) as ChannelEvent;
    if (event.type === 'progress' && event.progress.phase === 'Learning') learnt.push(event.progress.step!);
  });
  await expect.poll(() => checkpointStep(folder), { timeout: 120_000, interval: 1 }).toBeGreaterThan(reached);
  await pause(createRandom(Date.now()).uniform() * 500);
  chat.bot.kill('SIGKILL');
  await chat.bot.ended;
  for (const step of learnt) expect(step, 'no step was done again').toBeGreaterThan(reached);

  chat = await openChat(folder, steps);
  await expect.poll(chat.answers, { timeout: 120_000 }).toMatchObject([{ pictures: [expect.anything()] }]);
  const [answer] = await chat.answers();
  expect(JSON.stringify(answer?.text)).toContain('<new1>');
  expect(answer?.state, 'it is no longer awaited').toBeUndefined();
  chat.bot.kill('SIGTERM');
  await chat.bot.ended;
  expect(await keptFiles(folder)).toEqual(wanted);
});
