import { PermissionFlagsBits as flags } from 'discord.js';
import { expect, test } from 'vitest';
import { buttonOf, type House, labels, openHouse } from '../house.ts';
import { permissionsOf } from '../platform.ts';

const quarter = 15 * 60_000;

/** The messages that the bot posted without an interaction's token. */
function posted({ discord, channel }: House) {
  return discord.seenBy(discord.person('ada', 0n), channel).filter(({ nonce }) => nonce !== undefined);
}

/** A teach that has shown progress and now takes longer than the token of its interaction is good. */
async function longTeach(house: House) {
  const release = house.hold();
  const sent = house.ada.slash(house.channel, 'teach', { class: 'dog' }, [await house.picture()]);
  const working = await house.working(sent);
  await expect.poll(() => working.state.content).toContain('step 1');
  house.discord.clock.advance(quarter + 1000);
  return { sent, working, release };
}

test('an answer is a multipart edit of the deferral, with its pictures, their words and buttons, and without the token', async () => {
  const house = await openHouse();
  const sent = house.ada.slash(house.channel, 'imagine', { prompt: 'a dog', seed: 7, count: 2 });
  const answer = await house.answered(sent);
  expect(labels(answer)).toEqual(['Again', 'Vary', 'Single pictures', 'Use the seed', 'Delete']);
  const request = house.discord.wire.sent('PATCH', /^\/webhooks\/\d+\/[^/]+\/messages\/@original$/).at(-1)!;
  expect(request.contentType).toMatch(/^multipart\/form-data/);
  expect(request.authorization).toBeUndefined();
  expect(request.files.map(({ field, type }) => [field, type])).toEqual([['files[0]', 'image/png']]);
  expect(request.json).toMatchObject({
    allowed_mentions: { parse: [] },
    attachments: [{ id: 0, filename: 'a-dog-7.png', description: '2 pictures of a dog' }],
  });
});

test('the button for single pictures brings each as an attachment of its own, with its words', async () => {
  const house = await openHouse();
  const { ada, channel } = house;
  const four = await house.answered(ada.slash(channel, 'imagine', { prompt: 'a dog', seed: 7, count: 4 }));
  const singles = await house.answered(ada.press(four, buttonOf(four, 'Single pictures')));
  expect(singles.state.attachments.map(({ filename, description }) => [filename, description])).toEqual(
    [1, 2, 3, 4].map((number) => [`a-dog-7-${number}.png`, `Picture ${number} of 4 of a dog`]),
  );
  expect(labels(singles)).toEqual(['Delete']);
});

test('a message is deleted for its requester and for moderators, and for nobody else', async () => {
  const house = await openHouse();
  const { ada, ben, channel, discord } = house;
  const moderator = discord.person('mod', permissionsOf.everyone | flags.ManageMessages);
  for (const [who, deletes] of [
    [ben, false],
    [moderator, true],
    [ada, true],
  ] as const) {
    const message = await house.answered(ada.slash(channel, 'imagine', { prompt: 'a dog' }));
    const pressed = who.press(message, buttonOf(message, 'Delete'));
    await discord.wire.until(() => pressed.acknowledged);
    if (!deletes) expect((await house.answered(pressed)).state.content).toContain('or a moderator');
    await expect.poll(() => message.deleted).toBe(deletes);
  }
});

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

test('what does not fit into one message goes on once, though Discord says that it failed after taking it', async () => {
  const house = await openHouse();
  const { ada, channel, discord } = house;
  discord.faults.next('POST', /^\/channels/, { failAfter: 500 }, 2);
  await house.answered(ada.slash(channel, 'imagine', { prompt: '*'.repeat(1000) }));
  const stars = () =>
    discord.seenBy(ada, channel).flatMap(({ state }) => state.content.match(/\\\*/g) ?? []).length;
  await discord.wire.until(() => discord.wire.sent('POST', /^\/channels/).length === 3);
  expect(stars()).toBe(1000);
  expect(posted(house).flatMap(({ notified }) => notified)).toEqual([]);
});

test('an answer arrives once though the connection is cut at first', async () => {
  const house = await openHouse();
  const release = house.hold();
  const sent = house.ada.slash(house.channel, 'imagine', { prompt: 'a dog' });
  await house.working(sent);
  house.discord.faults.next('PATCH', /^\/webhooks/, { cut: 'before' }, 2);
  release();
  const answer = await house.answered(sent);
  expect(labels(answer)).toContain('Again');
  expect(house.discord.seenBy(house.ada, house.channel)).toEqual([answer]);
});

test('an answer waits as long as Discord says, and then arrives once', async () => {
  const house = await openHouse();
  const { wire, faults } = house.discord;
  const release = house.hold();
  const sent = house.ada.slash(house.channel, 'imagine', { prompt: 'a dog' });
  await house.working(sent);
  faults.next('PATCH', /^\/webhooks/, { status: 429, code: 0, retryAfter: 0.2 }, 1);
  release();
  await house.answered(sent);
  const edits = wire.sent('PATCH', /^\/webhooks/);
  const refused = edits.findIndex(({ status }) => status === 429);
  expect(edits[refused + 1]!.at - edits[refused]!.at).toBeGreaterThanOrEqual(200);
  expect(house.discord.seenBy(house.ada, house.channel)).toHaveLength(1);
});

test('an answer whose place was deleted meanwhile is posted anew, once', async () => {
  const house = await openHouse();
  const release = house.hold();
  const sent = house.ada.slash(house.channel, 'imagine', { prompt: 'a dog' });
  const working = await house.working(sent);
  working.deleted = true;
  release();
  const [anew] = await house.discord.wire.until(() => posted(house).length > 0 && posted(house));
  expect(anew?.state.content).toContain('a dog');
  expect(house.discord.seenBy(house.ada, house.channel)).toEqual([anew]);
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

test('pictures that Discord takes only smaller are said to be too large, in the place of the answer', async () => {
  const house = await openHouse();
  house.discord.world.attachmentLimit = 1000;
  const sent = house.ada.slash(house.channel, 'teach', { class: 'dog' }, [await house.picture()]);
  expect((await house.answered(sent)).state.content).toMatch(
    /keep it; its pictures could not be shown.*new1-dog.*png has \d+ kB, and Discord takes at most 1 kB here/,
  );
});

test('pictures that Discord finds too large only when they come are told of in the place of the answer', async () => {
  const house = await openHouse({ times: { pace: 60_000 } });
  const { ada, channel, discord, studio, server } = house;
  const release = house.hold();
  const sent = ada.slash(channel, 'teach', { class: 'dog' }, [await house.picture()]);
  await house.working(sent);
  discord.faults.next('PATCH', /^\/webhooks/, { status: 413, code: 40005 });
  release();
  expect((await house.answered(sent)).state.content).toMatch(
    /keep it; its pictures could not be shown.*Discord finds the pictures too large for this server/s,
  );
  expect(await studio.concepts(server)).toHaveLength(1);
});

test('a button brings another answer below, or takes the message away', async () => {
  const house = await openHouse();
  const { ada, channel, discord } = house;
  const first = await house.answered(ada.slash(channel, 'imagine', { prompt: 'a dog', seed: 7 }));
  const again = await house.answered(ada.press(first, buttonOf(first, 'Again')));
  expect(again.id).not.toBe(first.id);
  const deleting = ada.press(first, buttonOf(first, 'Delete'));
  await expect.poll(() => first.deleted).toBe(true);
  expect(deleting.acknowledged).toBe(6);
  expect(discord.seenBy(ada, channel)).toEqual([again]);
});

test('what is for one person is shown to them alone, and nothing the bot says notifies anybody', async () => {
  const house = await openHouse();
  const { ada, ben, channel, discord } = house;
  const hostile = '@everyone <@1> <@&2>';
  await house.answered(ada.slash(channel, 'imagine', { prompt: hostile }));
  const help = await house.answered(ada.slash(channel, 'help'));
  expect(help.alone).toBe(ada.user.id);
  expect(discord.seenBy(ben, channel)).not.toContain(help);
  const bodies = discord.wire.requests.flatMap(({ json }) => [json, (json.data ?? {}) as typeof json]);
  const texts = bodies.filter(({ content }) => content !== undefined);
  expect(texts.length).toBeGreaterThan(2);
  for (const body of texts) expect(body.allowed_mentions).toEqual({ parse: [] });
  expect([...discord.world.messages.values()].flatMap(({ notified }) => notified)).toEqual([]);
});

test('a long answer goes on in further messages', async () => {
  const house = await openHouse();
  const { ada, channel, discord } = house;
  const prompt = '*'.repeat(1000);
  const sent = ada.slash(channel, 'imagine', { prompt, negative: '' });
  await house.answered(sent);
  const stars = () =>
    discord
      .seenBy(ada, channel)
      .map(({ state }) => state.content.match(/\\\*/g)?.length ?? 0)
      .reduce((sum, count) => sum + count, 0);
  await expect.poll(stars).toBe(1000);
  expect(discord.seenBy(ada, channel).length).toBeGreaterThan(1);
});

test('what Again draws leads to the picture that it comes from, on Discord', async () => {
  const { guild, ...house } = await openHouse();
  const first = await house.answered(house.ada.slash(house.channel, 'imagine', { prompt: 'a dog' }));
  const again = await house.answered(house.ada.press(first, buttonOf(first, 'Again')));
  expect(again.state.content).toContain(
    `[an earlier picture](https://discord.com/channels/${guild.id}/${house.channel}/${first.id})`,
  );
});
