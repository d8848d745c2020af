import { PermissionFlagsBits as flags } from 'discord.js';
import { expect, test } from 'vitest';
import { buttonOf, labels, openHouse, posted } from '../house.ts';
import { permissionsOf } from '../platform.ts';

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

test('an answer for one person alone whose place they have put away is shown to them alone anew', async () => {
  const house = await openHouse();
  const { ada, boss, channel, discord } = house;
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  const { exportServer } = house.studio;
  house.studio.exportServer = async (...asked) => {
    await held;
    return exportServer(...asked);
  };
  const sent = boss.slash(channel, 'export');
  (await house.working(sent)).deleted = true;
  release();
  const anew = await discord.wire.until(() => discord.seenBy(boss, channel)[0]);
  expect(anew.alone).toBe(boss.user.id);
  expect(anew.state.attachments).toHaveLength(1);
  expect(discord.seenBy(ada, channel)).toEqual([]);
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
