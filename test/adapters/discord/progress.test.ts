import { expect, test } from 'vitest';
import { paceOf, progressMessage } from '../../../adapters/discord/progress.ts';
import { text } from '../../../commands/bot/rich-text.ts';
import { openHouse } from './house.ts';

const cancel = { id: 'cancel/stop/requester/1/2', label: 'Cancel', style: 'plain' } as const;

test('a message is edited calmly: less often with many of them, and seldom after an hour', () => {
  expect(paceOf(1, 0)).toBe(4000);
  expect(paceOf(40, 0)).toBe(4000);
  expect(paceOf(200, 0)).toBe(20_000);
  expect(paceOf(1, 3_600_001)).toBe(60_000);
});

test('progress is a bar, a step, a loss and the time left, with a button that stops it', async () => {
  const view = { phase: 'Learning', fraction: 0.3, step: 90, steps: 300, loss: 0.0412, secondsLeft: 26 };
  const { body, files } = await progressMessage({
    ...view,
    title: text`Learning ${{ strong: 'a_dog' }}`,
    cancel,
  });
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
  const house = await openHouse({ steps: 50, times: { pace: 60_000 } });
  await house.answered(house.ada.slash(house.channel, 'teach', { class: 'dog' }, [await house.picture()]));
  expect(house.discord.wire.sent('PATCH', /^\/webhooks/)).toHaveLength(2);
});

test.each([
  ['the message takes no more edits', { status: 400, code: 30046 }],
  ['the message is gone', { status: 404, code: 10008 }],
])('progress is shown no more where %s, and the answer comes', async (_, fault) => {
  const house = await openHouse({ steps: 40, times: { pace: 1 } });
  const { wire, faults } = house.discord;
  faults.next('PATCH', /^\/webhooks/, fault);
  const release = house.hold();
  const sent = house.ada.slash(house.channel, 'teach', { class: 'dog' }, [await house.picture()]);
  await wire.until(() => wire.sent('PATCH', /^\/webhooks/).some(({ status }) => status === fault.status));
  release();
  expect((await house.answered(sent)).state.content).toContain('I learnt');
  expect(wire.sent('PATCH', /^\/webhooks/)).toHaveLength(2);
});
