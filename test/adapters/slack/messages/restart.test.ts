import { expect, test } from 'vitest';
import type { Ledger } from '../../../../model-store/store.ts';
import { shownOf } from '../../../fakes/slack/shown.ts';
import { scratchFolder, storeIn } from '../../../model-store/sample.ts';
import { type House, openHouse } from '../house.ts';

/** A house whose bot is killed in the middle of a drawing, with the message that says that an answer is coming. */
async function drawing(ledger: Ledger, working: boolean): Promise<House> {
  const house = await openHouse({ ledger });
  if (working) house.hold();
  house.ada.slash(house.channel.id, '/imagine', 'a dog');
  await expect.poll(async () => (await ledger.list('order')).length).toBe(1);
  return house;
}

/** A ledger, and what was written there of jobs. */
function watched(ledger: Ledger) {
  const orders: { server: string; job: string; value: unknown }[] = [];
  const replies: unknown[] = [];
  const watching: Ledger = {
    ...ledger,
    async write(server, job, parts) {
      if (parts.reply) replies.push(parts.reply);
      if (parts.order) orders.push({ server, job, value: structuredClone(parts.order) });
      await ledger.write(server, job, parts);
    },
  };
  return { watching, orders, replies };
}

/** What stands in the channel, by what each message says, and how many files. */
function seenIn({ slack }: House) {
  const messages = slack.world.messages;
  return {
    texts: messages.filter(({ files }) => files.length === 0).map(({ state }) => shownOf(state).text),
    files: messages.filter(({ files }) => files.length > 0).length,
  };
}

test('an answer that a restart interrupted is put in its place by the next bot, once', async () => {
  const { ledger } = await storeIn(await scratchFolder());
  const house = await drawing(ledger, true);
  const before = seenIn(house).texts.length;
  const next = await openHouse({ ledger, at: house });
  await expect.poll(() => ledger.list('order'), { timeout: 20_000 }).toEqual([]);
  const { texts, files } = seenIn(next);
  expect(texts).toHaveLength(before);
  expect(texts.filter((text) => text.includes('a dog'))).toHaveLength(1);
  expect(files).toBe(1);
});

/** What a person has from the bot in their own conversation: what each message says, and how many files. */
function sentTo({ slack }: House, { user }: House['boss']) {
  const own = slack.world.messages.filter(({ channel }) => channel === `D${user.id.slice(1)}`);
  return {
    texts: own.filter(({ files }) => files.length === 0).map(({ state }) => shownOf(state).text),
    files: own.filter(({ files, deleted }) => files.length > 0 && !deleted).length,
  };
}

test('an answer for one person alone that a restart interrupted is sent by the next bot, once', async () => {
  const { ledger } = await storeIn(await scratchFolder());
  const house = await openHouse({ ledger });
  house.studio.exportServer = () => new Promise(() => {});
  house.boss.slash(house.channel.id, '/keepsake-export');
  await expect.poll(async () => (await ledger.list('order')).length).toBe(1);
  const next = await openHouse({ ledger, at: house });
  await expect.poll(() => ledger.list('order'), { timeout: 20_000 }).toEqual([]);
  const { texts, files } = sentTo(next, house.boss);
  expect(texts).toEqual([expect.stringContaining('concepts')]);
  expect(files).toBe(1);
  expect(house.slack.world.messages.filter((message) => house.ada.sees(message))).toEqual([]);
});

test('files that one person alone has already are not sent to them again', async () => {
  const { ledger } = await storeIn(await scratchFolder());
  const { watching, orders, replies } = watched(ledger);
  const house = await openHouse({ ledger: watching });
  house.boss.slash(house.channel.id, '/keepsake-export');
  await expect.poll(() => replies.length).toBe(1);
  await expect.poll(() => ledger.list('order'), { timeout: 20_000 }).toEqual([]);
  const shown = sentTo(house, house.boss);
  const { server, job, value } = orders.at(-1)!;
  expect(value).toMatchObject({ address: { alone: true, brought: [expect.any(String)] } });
  await ledger.write(server, job, { order: value, reply: replies[0] });
  const next = await openHouse({ ledger, at: house });
  await expect.poll(() => ledger.list('order'), { timeout: 20_000 }).toEqual([]);
  expect(sentTo(next, house.boss)).toEqual(shown);
});

test('files that Slack showed already before the restart are not brought again', async () => {
  const { ledger } = await storeIn(await scratchFolder());
  const { watching, orders, replies } = watched(ledger);
  const house = await openHouse({ ledger: watching });
  house.ada.slash(house.channel.id, '/imagine', 'a dog');
  await house.answer(house.ada);
  await expect.poll(() => ledger.list('order'), { timeout: 20_000 }).toEqual([]);
  const shown = seenIn(house);
  const { server, job, value } = orders.at(-1)!;
  expect(value).toMatchObject({ address: { brought: [expect.any(String)] } });
  await ledger.write(server, job, { order: value, reply: replies[0] });
  const next = await openHouse({ ledger, at: house });
  await expect.poll(() => ledger.list('order'), { timeout: 20_000 }).toEqual([]);
  expect(seenIn(next)).toEqual(shown);
});
