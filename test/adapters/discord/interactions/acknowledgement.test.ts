import { expect, test } from 'vitest';
import { buttonOf, openHouse } from '../house.ts';

const never = new Promise<never>(() => {});

test('a command is acknowledged before its work begins, however long the engine takes', async () => {
  const house = await openHouse({ studio: { imagine: () => never, teach: () => never } });
  const { ada, channel, discord } = house;
  for (const sent of [
    ada.slash(channel, 'imagine', { prompt: 'a dog' }),
    ada.slash(channel, 'teach', { class: 'dog' }, [await house.picture()]),
  ]) {
    await house.working(sent);
    expect(sent.acknowledged).toBe(5);
    const [callback] = discord.wire.sent('POST', new RegExp(`/interactions/${sent.id}/`));
    expect(callback?.json).toEqual({ type: 5, data: {} });
  }
});

test('a command whose first look at the store hangs is acknowledged all the same, so that only the requester sees it', async () => {
  const { promise: held, resolve: open } = Promise.withResolvers<void>();
  const inventory = async () => {
    await held;
    return { concepts: [], damaged: [] };
  };
  const house = await openHouse({ studio: { inventory }, times: { guard: 30 } });
  const sent = house.ada.slash(house.channel, 'concepts');
  await house.discord.wire.until(() => sent.acknowledged);
  expect(sent.acknowledged).toBe(5);
  open();
  const answer = await house.answered(sent);
  expect(answer.state.content).toContain('Nothing has been taught here yet');
  expect(answer.alone).toBe(house.ada.user.id);
});

test('a pressed button whose work hangs is acknowledged without a trace, and answered later', async () => {
  const house = await openHouse({ times: { guard: 200 } });
  const { ada, channel, studio, discord } = house;
  await house.answered(ada.slash(channel, 'teach', { class: 'dog' }, [await house.picture()]));
  house.guild.opened.add('forget');
  const question = await house.answered(ada.slash(channel, 'forget', { concept: '<new1>' }));
  const { promise: held, resolve: open } = Promise.withResolvers<void>();
  const { inventory } = studio;
  studio.inventory = async (server) => {
    await held;
    return inventory(server);
  };
  const pressed = ada.press(question, buttonOf(question, 'Forget <new1>'));
  await discord.wire.until(() => pressed.acknowledged);
  expect(pressed.acknowledged).toBe(6);
  open();
  await expect.poll(() => question.state.content).toContain('is forgotten');
  expect(question.state.components).toEqual([]);
});

test('a button that answers nothing is acknowledged too', async () => {
  const house = await openHouse({ times: { guard: 60_000 } });
  const release = house.hold();
  const sent = house.ada.slash(house.channel, 'imagine', { prompt: 'a dog' });
  const working = await house.working(sent);
  const pressed = house.ada.press(working, buttonOf(working, 'Cancel'));
  await house.discord.wire.until(() => pressed.acknowledged);
  expect(pressed.acknowledged).toBe(6);
  release();
  expect((await house.answered(sent)).state.content).toBe('Stopped; nothing was drawn.');
});

test('work is not begun where Discord no longer waits for an answer', async () => {
  const house = await openHouse();
  const { ada, channel, discord, studio, logged } = house;
  ada.slash(channel, 'imagine', { prompt: 'a dog' });
  discord.clock.advance(4000);
  await expect
    .poll(() => logged.map(({ message }) => message))
    .toEqual(['Discord did not wait for an answer']);
  expect((await house.answered(ada.slash(channel, 'help'))).state.content).toContain('/imagine');
  expect(studio.asked).toEqual([]);
  expect(discord.wire.sent('POST', /^\/(webhooks|channels)\//)).toEqual([]);
});

test('an interaction that Discord tells of twice is answered once', async () => {
  const house = await openHouse();
  const { ada, channel, discord, studio } = house;
  const sent = ada.slash(channel, 'imagine', { prompt: 'a dog' });
  const told = discord.wire.frames.findLast(({ t }) => t === 'INTERACTION_CREATE');
  discord.gateway.dispatch('INTERACTION_CREATE', told?.d);
  await house.answered(sent);
  await house.answered(ada.slash(channel, 'help'));
  expect(studio.asked).toHaveLength(1);
  expect(discord.wire.sent('POST', new RegExp(`/interactions/${sent.id}/`))).toHaveLength(1);
});

test('an acknowledgement that got lost on its way back is one all the same', async () => {
  const house = await openHouse();
  house.discord.faults.next('POST', /\/callback$/, { failAfter: 502 });
  const sent = house.ada.slash(house.channel, 'imagine', { prompt: 'a dog' });
  expect((await house.answered(sent)).state.content).toContain('a dog');
  const tries = house.discord.wire.sent('POST', /\/callback$/).map(({ status }) => status);
  expect(tries).toEqual([502, 400]);
  expect(house.studio.asked).toHaveLength(1);
});
