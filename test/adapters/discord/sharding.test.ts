import { expect, test } from 'vitest';
import { shardOf } from '../../fakes/discord/gateway.ts';
import type { FakeGuild } from '../../fakes/discord/world.ts';
import { type House, labels, openHouse } from './house.ts';

/** A guild of each of two shards; which one a new guild gets depends on its time. */
function guildOfEach({ discord }: House): readonly [FakeGuild, FakeGuild] {
  const found: FakeGuild[] = [];
  while (!found[0] || !found[1]) {
    discord.clock.advance(1);
    const guild = discord.guild('garden');
    found[shardOf(guild.id, 2)] = guild;
  }
  return [found[0], found[1]];
}

test('the bot opens as many shards as Discord asks for, and says so', async () => {
  const { discord, greeting } = await openHouse({ shards: 2 });
  const identified = discord.wire.frames.filter(({ from, op }) => from === 'bot' && op === 2);
  expect(identified.map(({ d }) => (d as { shard: unknown }).shard)).toEqual([
    [0, 2],
    [1, 2],
  ]);
  expect(greeting).toContain('by 2 shards');
});

test('commands, buttons, completion and progress work on every shard, and each is answered once', async () => {
  const house = await openHouse({ shards: 2 });
  const { ada, discord, studio } = house;
  for (const guild of guildOfEach(house)) {
    const channel = guild.channels[0]!.id;
    const release = house.hold();
    const sent = ada.slash(channel, 'teach', { class: 'dog' }, [await house.picture()]);
    await house.working(sent);
    release();
    const taught = await house.answered(sent);
    expect(labels(taught)).toEqual(['Imagine it']);
    const pressed = ada.press(taught, taught.state.components[0]!.components[0]!.custom_id);
    expect((await house.answered(pressed)).state.content).toContain('/imagine prompt:a <new1> dog');
    const typing = ada.type(channel, 'imagine', 'prompt', 'a do');
    await discord.wire.until(() => typing.data);
    expect(typing.data).toMatchObject({ choices: [{ value: 'a <new1> dog' }] });
    expect(studio.asked.at(-1)?.server).toBe(`discord:${guild.id}`);
    for (const one of [sent, pressed, typing]) {
      expect(discord.wire.sent('POST', new RegExp(`/interactions/${one.id}/`))).toHaveLength(1);
    }
  }
});

test('guilds are left and joined on every shard', async () => {
  const house = await openHouse({ shards: 2 });
  for (const guild of guildOfEach(house)) {
    await expect.poll(() => house.studio.moves).toContain(`+discord:${guild.id}`);
    house.discord.leave(guild);
    await expect.poll(() => house.studio.moves).toContain(`-discord:${guild.id}`);
  }
});

test('one shard whose connection is torn is resumed, and the other goes on', async () => {
  const house = await openHouse({ shards: 2 });
  const guilds = guildOfEach(house);
  house.discord.gateway.cut();
  for (const guild of guilds) {
    const answer = await house.answered(house.ada.slash(guild.channels[0]!.id, 'help'));
    expect(answer.state.content).toContain('/imagine');
  }
  expect(house.discord.wire.frames.filter(({ from, op }) => from === 'bot' && op === 6)).toHaveLength(2);
});
