import { expect, test } from 'vitest';
import { buttonOf, openHouse } from './house.ts';

test('a stop tells those whose work it ends, before the connection is gone', async () => {
  const house = await openHouse();
  const release = house.hold();
  const sent = house.ada.slash(house.channel, 'teach', { class: 'dog' }, [await house.picture()]);
  const working = await house.working(sent);
  house.bot.stop();
  const stopped = house.adapter.stop();
  release();
  await stopped;
  expect(working.state.content).toBe('Stopped; nothing was learnt.');
  expect(house.discord.gateway.connected).toBe(false);
});

test('who comes during a stop is asked to come again', async () => {
  const house = await openHouse();
  const { ada, channel } = house;
  const first = await house.answered(ada.slash(channel, 'imagine', { prompt: 'a dog' }));
  const release = house.hold();
  await house.working(ada.slash(channel, 'imagine', { prompt: 'a cat' }));
  const stopped = house.adapter.stop();
  for (const late of [ada.slash(channel, 'help'), ada.press(first, buttonOf(first, 'Again'))]) {
    const answer = await house.answered(late);
    expect(answer.state.content).toContain('I am being restarted');
    expect(answer.alone).toBe(ada.user.id);
  }
  release();
  await stopped;
});

test('a stop does not wait for ever', async () => {
  const house = await openHouse({ farewell: 30 });
  const release = house.hold();
  await house.working(house.ada.slash(house.channel, 'imagine', { prompt: 'a dog' }));
  await house.adapter.stop();
  expect(house.discord.gateway.connected).toBe(false);
  release();
});
