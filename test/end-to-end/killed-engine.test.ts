import { expect, onTestFinished, test } from 'vitest';
import { looksOf, openHouse, picturesOf, serverNamed } from './house.ts';

test('a teach goes on after the engine is killed, and what was taught before is there as it was', async () => {
  const house = await openHouse({ TEACH_STEPS: '5' });
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
  expect(conversation.words()).toMatch(/I learnt <new2> hat/);
  expect(conversation.views.map(({ phase }) => phase)).toContain(
    'The drawing engine stopped; it starts again and goes on',
  );
  expect((await house.bot.studio.concepts(server.id))[0]).toEqual(kept[0]);
  await house.forget(server, '<new2>');
  expect(looksOf(await house.imagine(server, drawing))).toEqual(before);
});
