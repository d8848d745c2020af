import { expect, onTestFinished, test } from 'vitest';
import { ask } from '../fakes/conversation.ts';
import { keptFiles, looksOf, openHouse, picturesOf, serverNamed } from './house.ts';

test('pictures are drawn while a teach runs, and a cancelled teach leaves nothing behind', async () => {
  const house = await openHouse({ TEACH_STEPS: '100000' });
  onTestFinished(() => house.leave());
  const server = serverNamed('kitchen');
  const drawing = { prompt: 'a dog in the park', seed: 4 };
  const before = looksOf(await house.imagine(server, drawing));

  const given = { class: 'hat', pictures: await picturesOf('hat') };
  const { conversation, end } = await house.begin(server, 'teach', given, 'Learning');
  expect(looksOf(await house.imagine(server, drawing))).toEqual(before);
  expect(conversation.replies).toEqual([]);
  const seen = conversation.views.length;
  await expect.poll(() => conversation.views.length, { timeout: 30_000 }).toBeGreaterThan(seen);

  expect((await ask(house.bot, 'cancel', {}, { server })).words()).toBe('Stopping /teach.');
  await end;
  expect(conversation.words()).toMatch(/^Stopped/);
  expect(await house.bot.studio.concepts(server.id)).toEqual([]);
  expect(await keptFiles(house.folder)).toEqual([]);
});
