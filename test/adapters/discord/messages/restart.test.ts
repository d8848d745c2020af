import { expect, test } from 'vitest';
import type { Ledger } from '../../../../model-store/store.ts';
import { scratchFolder, storeIn } from '../../../model-store/sample.ts';
import { type House, imagineForOneAlone, labels, openHouse } from '../house.ts';

/** A house whose bot was killed in the middle of a teach, and the message that says that an answer is coming. */
async function killedHouse() {
  const { ledger } = await storeIn(await scratchFolder());
  const house = await openHouse({ ledger });
  house.hold();
  const sent = house.ada.slash(house.channel, 'teach', { class: 'dog' }, [await house.picture()]);
  const working = await house.working(sent);
  await expect.poll(() => working.state.content).toContain('step 1');
  await expect.poll(async () => (await ledger.list('order')).length).toBe(1);
  await ledger.write(house.server, (await ledger.list('order'))[0]!.job, { work: 'the pictures' });
  return { house, ledger, sent, working };
}

const seenIn = ({ discord, channel }: House) => discord.seenBy(discord.person('ada', 0n), channel);

test('an answer that a restart interrupted is put in its place by the next bot, once', async () => {
  const { house, ledger, sent, working } = await killedHouse();
  const next = await openHouse({ ledger, at: house });
  const answer = await next.answered(sent);
  expect(answer.id).toBe(working.id);
  expect(answer.state.content).toContain('<new1>');
  expect(labels(answer)).toEqual(['Imagine it']);
  await expect.poll(() => ledger.list('order')).toEqual([]);
  expect(seenIn(house)).toHaveLength(1);
});

test('once the token has expired it is posted, naming who asked, and the same twice is there once', async () => {
  const { house, ledger } = await killedHouse();
  house.discord.clock.advance(15 * 60_000 + 1000);
  const { job, value } = (await ledger.list('order'))[0]!;
  await openHouse({ ledger, at: house });
  await expect.poll(() => ledger.list('order')).toEqual([]);
  await ledger.write(house.server, job, { order: value, work: 'the pictures' });
  await openHouse({ ledger, at: house });
  await expect.poll(() => ledger.list('order')).toEqual([]);
  const posted = seenIn(house).filter(({ state }) => /^<@\d+> /.test(state.content));
  expect(posted).toHaveLength(1);
  expect(posted[0]!.state.content).toContain('<new1>');
});

test('once the token has expired the message from before goes on telling how far it is, and in the end where the answer is', async () => {
  const { house, ledger, working } = await killedHouse();
  await expect
    .poll(async () => (await ledger.list('order'))[0])
    .toMatchObject({
      value: { address: { waiting: { message: working.id } } },
    });
  house.discord.clock.advance(15 * 60_000 + 1000);
  const second = Promise.withResolvers<void>();
  const next = {
    ledger,
    at: house,
    steps: 8,
    onStep: async (step: number) => (step === 5 ? second.promise : undefined),
  };
  await openHouse(next);
  await expect.poll(() => working.state.content).toContain('step 5 of 8');
  expect(labels(working)).toEqual(['Cancel']);
  second.resolve();
  await expect.poll(() => ledger.list('order')).toEqual([]);
  await expect.poll(() => working.state.content).toContain('the answer is in a message of its own');
  expect(labels(working)).toEqual([]);
  expect(seenIn(house)).toHaveLength(2);
});

test('once the token has expired what was for everyone is posted, though one person alone saw that it was coming', async () => {
  const { ledger } = await storeIn(await scratchFolder());
  const house = await openHouse({ ledger, times: { guard: 30 } });
  const { ada, ben, channel, discord } = house;
  house.hold();
  await imagineForOneAlone(house, { prompt: 'a dog' });
  await expect.poll(async () => (await ledger.list('order')).length).toBe(1);
  discord.clock.advance(15 * 60_000 + 1000);
  await openHouse({ ledger, at: house });
  await expect.poll(() => ledger.list('order')).toEqual([]);
  expect(discord.seenBy(ben, channel).map(({ state }) => state.content)).toEqual([
    expect.stringMatching(new RegExp(`^<@${ada.user.id}> \\*\\*a dog`)),
  ]);
});

test('once the token has expired what was for one person alone is not shown, which is said once however often that is tried', async () => {
  const { ledger } = await storeIn(await scratchFolder());
  const house = await openHouse({ ledger, studio: { exportServer: () => new Promise<never>(() => {}) } });
  const { boss, channel, discord } = house;
  await house.working(boss.slash(channel, 'export'));
  await expect.poll(async () => (await ledger.list('order')).length).toBe(1);
  const { job, value } = (await ledger.list('order'))[0]!;
  discord.clock.advance(15 * 60_000 + 1000);
  for (const _ of ['once', 'twice']) {
    await ledger.write(house.server, job, { order: value });
    await openHouse({ ledger, at: house });
    await expect.poll(() => ledger.list('order')).toEqual([]);
  }
  expect(seenIn(house).map(({ state, notified }) => [state.content, state.attachments, notified])).toEqual([
    [expect.stringContaining('lets me show you something alone'), [], [boss.user.id]],
  ]);
});

test('an answer of several messages that was begun before the token expired and is shown again after is there whole, each once', async () => {
  const { ledger } = await storeIn(await scratchFolder());
  let reply: unknown;
  const watching: Ledger = {
    ...ledger,
    async write(server, job, parts) {
      reply ??= parts.reply;
      await ledger.write(server, job, parts);
    },
  };
  const house = await openHouse({ ledger: watching });
  const { teach } = house.studio;
  const notes = Array.from({ length: 40 }, (_, index) => `Note ${index} ${'x'.repeat(80)}.`);
  house.studio.teach = async (...asked) => {
    const taught = await teach(...asked);
    return taught.ok ? { ok: true, value: { ...taught.value, notes } } : taught;
  };
  const release = house.hold();
  const sent = house.ada.slash(house.channel, 'teach', { class: 'dog' }, [await house.picture()]);
  await house.working(sent);
  await expect.poll(async () => (await ledger.list('order')).length).toBe(1);
  const { job, value } = (await ledger.list('order'))[0]!;
  house.discord.clock.advance(15 * 60_000 - 30_000);
  release();
  await expect.poll(() => ledger.list('order')).toEqual([]);
  const shown = seenIn(house).length;
  house.discord.clock.advance(60_000);
  await ledger.write(house.server, job, { order: value, reply });
  await openHouse({ ledger, at: house });
  await expect.poll(() => ledger.list('order')).toEqual([]);
  const all = seenIn(house).map(({ state }) => state.content);
  expect(all).toHaveLength(shown + 1);
  for (const note of notes) expect(all.slice(1).join('\n').split(note), note).toHaveLength(2);
});
