import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { wordsFor } from '../../../../adapters/discord/locales/index.ts';
import { paceOf, progressMessage } from '../../../../adapters/discord/messages/progress.ts';
import { progressView } from '../../../../commands/bot/progress.ts';
import { text } from '../../../../commands/bot/rich-text.ts';
import { messagesIn } from '../../../../commands/locales/index.ts';
import { openHouse } from '../house.ts';

const cancel = { id: 'cancel/stop/requester/1/2', label: 'Cancel', style: 'plain' } as const;

test('a message is edited calmly: less often with many of them, and seldom after an hour', () => {
  expect(paceOf(1, 0)).toBe(4000);
  expect(paceOf(40, 0)).toBe(4000);
  expect(paceOf(200, 0)).toBe(20_000);
  expect(paceOf(1, 3_600_001)).toBe(60_000);
});

test('progress is a bar, a step, a loss and the time left, with a button that stops it', async () => {
  const progress = { phase: 'training', step: 90, steps: 300, loss: 0.0412, secondsLeft: 26 } as const;
  const title = text`Learning ${{ strong: 'a_dog' }}`;
  const view = progressView(title, cancel, messagesIn('en'), progress);
  const { body, files } = await progressMessage(view, wordsFor('en'));
  expect(body.content).toBe(
    'Learning **a\\_dog**\n▰▰▰▱▱▱▱▱▱▱ 30 % · Learning · step 90 of 300 · loss 0.0412 · 26 s left',
  );
  expect(body.components).toEqual([
    { type: 1, components: [{ type: 2, custom_id: cancel.id, label: 'Cancel', style: 2 }] },
  ]);
  expect(files).toEqual([]);
  expect(body).not.toHaveProperty('attachments');
});

test('a preview comes with the progress, stays until the next one, and goes with the answer', async () => {
  const gates = new Map([10, 15].map((step) => [step, Promise.withResolvers<void>()]));
  const onStep = async (step: number) => gates.get(step)?.promise;
  const house = await openHouse({ steps: 25, onStep });
  const { wire } = house.discord;
  const sent = house.ada.slash(house.channel, 'teach', { class: 'dog' }, [await house.picture()]);
  const working = await house.working(sent);
  await expect.poll(() => working.state.attachments.map(({ filename }) => filename)).toEqual(['preview.jpg']);
  gates.get(10)?.resolve();
  await expect.poll(() => working.state.content).toContain('step 15');
  expect(working.state.attachments).toHaveLength(1);
  gates.get(15)?.resolve();
  const answer = await house.answered(sent);
  const previews = wire.sent('PATCH', /^\/webhooks/).filter(({ files }) => files[0]?.name === 'preview.jpg');
  expect(previews[0]?.files[0]?.bytes.subarray(0, 3)).toEqual(new Uint8Array([0xff, 0xd8, 0xff]));
  expect(Math.max(...answer.earlier.map(({ attachments }) => attachments.length))).toBe(1);
  expect(answer.state.attachments.map(({ filename }) => filename)).toEqual(['new1-dog.png']);
});

test('however often a job tells how far it is, between two edits the pace is kept', async () => {
  const { house, pass } = await openSlowHouse([1, 5, 9], { pace: 60_000 });
  const sent = house.ada.slash(house.channel, 'teach', { class: 'dog' }, [await house.picture()]);
  for (const step of [1, 5, 9]) await pass(step);
  await house.answered(sent);
  expect(house.discord.wire.sent('PATCH', /^\/webhooks/)).toHaveLength(2);
});

test.each([
  ['the message takes no more edits', { status: 400, code: 30046 }],
  ['the message is gone', { status: 404, code: 10008 }],
])('progress is shown no more where %s, and the answer comes', async (_, fault) => {
  const { house, pass } = await openSlowHouse([1, 5, 9], { pace: 1 });
  const { wire, faults } = house.discord;
  faults.next('PATCH', /^\/webhooks/, fault);
  const sent = house.ada.slash(house.channel, 'teach', { class: 'dog' }, [await house.picture()]);
  for (const step of [1, 5, 9]) await pass(step);
  expect((await house.answered(sent)).state.content).toContain('I learnt');
  expect(wire.sent('PATCH', /^\/webhooks/).map(({ status }) => status)).toEqual([fault.status, 200]);
});

const longerThanTheLeastPace = 300;

/** A house whose jobs wait at some steps, where `pass` lets them go on once all that was to be shown so far is shown. */
async function openSlowHouse(stops: readonly number[], times: { readonly pace: number }) {
  const gates = new Map(
    stops.map((step) => [
      step,
      { reached: Promise.withResolvers<void>(), open: Promise.withResolvers<void>() },
    ]),
  );
  const house = await openHouse({
    steps: 10,
    times,
    async onStep(step) {
      gates.get(step)?.reached.resolve();
      await gates.get(step)?.open.promise;
    },
  });
  const pass = async (step: number) => {
    await gates.get(step)?.reached.promise;
    await pause(longerThanTheLeastPace);
    gates.get(step)?.open.resolve();
  };
  return { house, pass };
}
