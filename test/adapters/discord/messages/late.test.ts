import { PermissionFlagsBits as flags } from 'discord.js';
import { expect, test } from 'vitest';
import type { Problem } from '../../../../src/result.ts';
import { type House, imagineForOneAlone, labels, openHouse, posted } from '../house.ts';

const quarter = 15 * 60_000;

/** A teach that has shown progress and now takes longer than the token of its interaction is good. */
async function longTeach(house: House) {
  const release = house.hold();
  const sent = house.ada.slash(house.channel, 'teach', { class: 'dog' }, [await house.picture()]);
  const working = await house.working(sent);
  await expect.poll(() => working.state.content).toContain('step 1');
  house.discord.clock.advance(quarter + 1000);
  return { sent, working, release };
}

test('an answer that comes after 15 minutes is posted once in the channel, for the requester and nobody else', async () => {
  const house = await openHouse();
  const { discord, ada, channel } = house;
  const { sent, working, release } = await longTeach(house);
  release();
  const [late] = await discord.wire.until(() => posted(house).length > 0 && posted(house));
  expect(late?.state.content).toMatch(
    new RegExp(`^<@${ada.user.id}> I learnt \\*\\*\\\\<new1\\\\>\\*\\* dog`),
  );
  expect(late?.notified).toEqual([ada.user.id]);
  expect(late?.state.attachments.map(({ filename }) => filename)).toEqual(['new1-dog.png']);
  expect(labels(late!)).toEqual(['Imagine it']);
  await expect.poll(() => labels(working)).toEqual([]);
  expect(working.state.content).toContain('the answer is in a message of its own');
  const [request, ...others] = discord.wire.sent('POST', /^\/channels\/\d+\/messages$/);
  expect(others).toEqual([]);
  expect(request?.json).toMatchObject({
    nonce: `${sent.id}-0`,
    enforce_nonce: true,
    allowed_mentions: { parse: [], users: [ada.user.id] },
  });
  expect(request?.authorization).toBe(`Bot ${discord.token}`);
  expect(discord.seenBy(ada, channel)).toHaveLength(2);
});

test('of an answer for one person alone that comes after 15 minutes nothing is shown but that it came too late, to them', async () => {
  const house = await openHouse();
  const { ada, channel, discord, studio } = house;
  await house.answered(ada.slash(channel, 'teach', { class: 'dog', label: 'Rex' }, [await house.picture()]));
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  const { convertConcept } = studio;
  const notes = Array.from({ length: 40 }, (_, index) => `Note ${index} ${'x'.repeat(80)}.`);
  studio.convertConcept = async (...asked) => {
    const made = await convertConcept(...asked);
    await held;
    return made.ok ? { ok: true, value: { ...made.value, notes } } : made;
  };
  const values = { do: 'export', concept: '<new1>', format: 'lora' };
  const working = await house.working(ada.slash(channel, 'concepts', values));
  expect(working.alone).toBe(ada.user.id);
  discord.clock.advance(quarter + 1000);
  release();
  const [late] = await discord.wire.until(() => posted(house).length > 0 && posted(house));
  expect(late?.state).toEqual({
    content: `<@${ada.user.id}> That took longer than the 15 minutes in which Discord lets me show you something alone. Send it again.`,
    attachments: [],
    components: [],
  });
  expect(late?.notified).toEqual([ada.user.id]);
  await house.answered(ada.slash(channel, 'help'));
  expect(posted(house)).toHaveLength(1);
  expect(house.logged).toEqual([]);
});

/** An imagine that was acknowledged so that one person alone sees it, for everyone, and ends after the token of its interaction. */
async function lateImagine(problem?: Problem) {
  const house = await openHouse({ times: { guard: 30 } });
  const { ada, ben, channel, discord, studio } = house;
  const { promise: drawn, resolve: release } = Promise.withResolvers<void>();
  const { imagine } = studio;
  studio.imagine = async (...asked) => {
    await drawn;
    return problem ? { ok: false, problem } : imagine(...asked);
  };
  await imagineForOneAlone(house, { prompt: 'a dog', seed: 7 });
  discord.clock.advance(quarter + 1000);
  release();
  const [late] = await discord.wire.until(() => posted(house).length > 0 && posted(house));
  expect(discord.seenBy(ben, channel)).toEqual([late]);
  return { ada, late: late! };
}

test('an answer for everyone is posted after 15 minutes though one person alone saw that it was coming', async () => {
  const { ada, late } = await lateImagine();
  expect(late.state.content).toMatch(new RegExp(`^<@${ada.user.id}> \\*\\*a dog`));
  expect(late.state.attachments.map(({ filename }) => filename)).toEqual(['a-dog-7.png']);
});

test('why there is none is said there likewise', async () => {
  const { ada, late } = await lateImagine({ code: 'engine-down', message: 'The engine stopped.' });
  expect(late.state.content).toBe(`<@${ada.user.id}> The engine stopped.`);
});

test('progress goes on after 15 minutes, where it was', async () => {
  const house = await openHouse({ steps: 8 });
  const { discord } = house;
  let step = () => {};
  const { teach } = house.studio;
  house.studio.teach = (server, request, options) =>
    teach(server, request, {
      ...options,
      onProgress: (progress) => {
        step = () => options?.onProgress?.({ ...progress, step: 5, steps: 8 });
        options?.onProgress?.(progress);
      },
    });
  const { working, release } = await longTeach(house);
  step();
  await expect.poll(() => working.state.content).toContain('step 5 of 8');
  const tried = discord.wire.sent('PATCH', /^\/webhooks/).filter(({ status }) => status === 401);
  expect(tried).toHaveLength(1);
  expect(discord.wire.sent('PATCH', /^\/channels/).at(-1)?.path).toContain(working.id);
  release();
  await discord.wire.until(() => posted(house).length > 0);
});

test.each([
  ['said that it failed', { failAfter: 500 }],
  ['hung up', { cut: 'after' }],
] as const)('a late answer is one message though Discord %s after taking it', async (_, fault) => {
  const house = await openHouse();
  const { release } = await longTeach(house);
  house.discord.faults.next('POST', /^\/channels/, fault, 2);
  release();
  await house.discord.wire.until(() => house.discord.wire.sent('POST', /^\/channels/).length === 3);
  const nonces = house.discord.wire.sent('POST', /^\/channels/).map(({ json }) => json.nonce);
  expect(new Set(nonces).size).toBe(1);
  expect(posted(house)).toHaveLength(1);
});

test('a late answer of several messages arrives whole and once, and names the requester in the first of them', async () => {
  const house = await openHouse();
  const { ada, channel, discord, studio } = house;
  const { teach } = studio;
  const notes = Array.from({ length: 40 }, (_, index) => `Note ${index} ${'x'.repeat(80)}.`);
  studio.teach = async (...asked) => {
    const taught = await teach(...asked);
    return taught.ok ? { ok: true, value: { ...taught.value, notes } } : taught;
  };
  const { release } = await longTeach(house);
  discord.faults.next('POST', /^\/channels/, { failAfter: 500 }, 1);
  release();
  const all = () => posted(house).map(({ state }) => state.content);
  await expect.poll(() => all().join('\n')).toContain('Note 39 ');
  for (const note of notes) expect(all().join('\n').split(note)).toHaveLength(2);
  expect(all().map((content) => content.includes(`<@${ada.user.id}>`))).toEqual([
    true,
    ...all()
      .slice(1)
      .map(() => false),
  ]);
  expect(discord.seenBy(ada, channel)).toHaveLength(all().length + 1);
});

test('a bot that may no longer post gives up quietly, keeps what it learnt, and goes on', async () => {
  const house = await openHouse();
  const { guild, discord, logged, studio, server } = house;
  const { release } = await longTeach(house);
  guild.channels[0]!.botPermissions = flags.ViewChannel;
  release();
  await expect.poll(() => logged.map(({ message }) => message)).toContain('its failure could not be told');
  expect(posted(house)).toEqual([]);
  expect(discord.wire.sent('POST', /^\/channels/).map(({ status }) => status)).toEqual([403, 403, 403]);
  expect(await studio.concepts(server)).toHaveLength(1);
  expect((await house.answered(house.ada.slash(house.channel, 'concepts'))).state.content).toContain('dog');
});
