import { expect, test } from 'vitest';
import { paceOf } from '../../../../adapters/slack/listening/counter.ts';
import { isWorking, shownOf } from '../../../fakes/slack/shown.ts';
import type { FakeMessage } from '../../../fakes/slack/world.ts';
import { type House, type HouseOptions, openHouse } from '../house.ts';

/** A lesson of 30 steps with a preview at each tenth, which waits at some steps until it is let `pass`. */
async function teachSlowly(stops: readonly number[], options: HouseOptions = {}) {
  const gates = new Map(stops.map((step) => [step, Promise.withResolvers<void>()]));
  const onStep = async (step: number) => gates.get(step)?.promise;
  const house = await openHouse({ steps: 30, onStep, ...options });
  const { ada, channel, form, picture, slack } = house;
  const opened = await form(ada.slash(channel.id, '/teach', 'dog'));
  ada.submit(opened, { files: [ada.upload(await picture())] });
  const message = await slack.wire.until(() => slack.world.messages.find(({ state }) => isWorking(state)));
  return { house, message, pass: (step: number) => gates.get(step)?.resolve() };
}

const previewsOf = ({ slack }: House) =>
  [...slack.world.files.values()].filter(({ name }) => name === 'preview.jpg');
const picturesOf = ({ state }: FakeMessage) => shownOf(state).pictures;
const textOf = ({ state }: FakeMessage) => shownOf(state).text;

test('a preview stands in the message of progress, gives way to the next one, and goes with the answer', async () => {
  const { house, message, pass } = await teachSlowly([15, 25]);
  const { wire } = house.slack;
  const [first] = await wire.until(() => picturesOf(message).length === 1 && picturesOf(message));
  expect(message.state.blocks.map(({ type }) => type)).toEqual(['rich_text', 'image', 'actions', 'context']);
  expect(previewsOf(house)[0]?.bytes?.subarray(0, 3)).toEqual(new Uint8Array([0xff, 0xd8, 0xff]));
  pass(15);
  await wire.until(() => picturesOf(message)[0] !== first && wire.of('files.delete').length === 1);
  expect(picturesOf(message)).toHaveLength(1);
  pass(25);
  expect(picturesOf(await house.answer(house.ada))).toEqual([]);
  await wire.until(() => previewsOf(house).every(({ deleted }) => deleted));
  expect(previewsOf(house).flatMap(({ shares }) => [...shares])).toEqual([]);
  for (const [index, { method, args }] of wire.calls.entries()) {
    if (method !== 'files.delete') continue;
    const shown = wire.calls.slice(0, index).findLast((call) => call.method === 'chat.update');
    expect(JSON.stringify(shown?.args.blocks)).not.toContain(String(args.file));
  }
});

test('where Slack never looks at a preview, or does not take it in a message, progress goes on in words', async () => {
  const { house, message, pass } = await teachSlowly([9, 19, 25]);
  const { wire, faults } = house.slack;
  await wire.until(() => textOf(message).includes('step 9 of 30'));
  faults.next('files.completeUploadExternal', { lost: true });
  pass(9);
  await wire.until(() => textOf(message).includes('step 19 of 30'));
  expect(picturesOf(message)).toEqual([]);
  faults.next('chat.update', { error: 'invalid_blocks' });
  pass(19);
  await wire.until(() => textOf(message).includes('step 25 of 30'));
  expect(wire.of('chat.update').filter(({ outcome }) => outcome === 'invalid_blocks')).toHaveLength(1);
  expect(picturesOf(message)).toEqual([]);
  pass(25);
  await house.answer(house.ada);
  await wire.until(() => previewsOf(house).length === 2 && previewsOf(house).every(({ deleted }) => deleted));
});

test('a job that is nearly done is not kept waiting by a preview', async () => {
  const { house, message, pass } = await teachSlowly([15], { times: { glance: 10_000 } });
  await house.slack.wire.until(() => textOf(message).includes('step 15 of 30'));
  pass(15);
  await house.answer(house.ada);
  expect(previewsOf(house)).toEqual([]);
});

test('many jobs of a workspace together stay under the fifty edits that Slack takes a minute', () => {
  const least = 3000;
  for (const jobs of [1, 2, 3, 10, 40]) {
    const pace = paceOf(jobs, least);
    expect(pace).toBeGreaterThanOrEqual(least);
    expect((jobs * 60_000) / pace).toBeLessThan(50);
  }
});
