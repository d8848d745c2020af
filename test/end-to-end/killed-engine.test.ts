import { expect, onTestFinished, test } from 'vitest';
import { looksOf, openHouse, picturesOf, serverNamed } from './house.ts';

test('what was taught before the engine is killed is there afterwards, and the number is not given twice', async () => {
  const house = await openHouse({ TEACH_STEPS: '12' });
  onTestFinished(() => house.leave());
  const server = serverNamed('kitchen');
  await house.teach(server, 'dog');
  const kept = await house.bot.studio.concepts(server.id);
  const drawing = { prompt: 'a <new1> dog', seed: 4 };
  const before = looksOf(await house.imagine(server, drawing));

  const given = { class: 'hat', pictures: await picturesOf('hat') };
  const { conversation, end } = await house.begin(server, 'teach', given, 'Learning');
  process.kill(house.engine.pid!, 'SIGKILL');
  await end;
  expect(conversation.words()).toMatch(/Nothing taught was lost/);
  expect(await house.bot.studio.concepts(server.id)).toEqual(kept);
  expect(looksOf(await house.imagine(server, drawing))).toEqual(before);

  expect((await house.teach(server, 'hat')).words()).toMatch(/I learnt <new3> hat/);
});
